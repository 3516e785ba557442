package dev.tally.generate.sales;

/** What a record is keyed by. If the value is missing, the record has no key. */
public enum RowKey {
  STOCKCODE,
  INVOICE,
  NONE;

  String of(Row row) {
    return switch (this) {
      case STOCKCODE -> row.stockCode();
      case INVOICE -> row.invoice();
      case NONE -> "";
    };
  }
}
