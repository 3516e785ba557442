package dev.tally.generate.sales;

import dev.tally.Stop;
import dev.tally.csv.Csv;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * The sales rows of a file in the layout of UCI Online Retail II: a header names the columns, in
 * any order. InvoiceDate may be absent, and columns of other names are ignored.
 */
public final class Rows {
  static final List<String> COLUMNS =
      List.of("Invoice", "StockCode", "Description", "Quantity", "Price", "Customer ID", "Country");
  static final String INVOICE_DATE = "InvoiceDate";

  private static final String BUNDLED = "online_retail_II.csv.gz";

  /** Opens the file for each reading, since rows are not held. */
  private interface Source {
    InputStream open() throws IOException;
  }

  private final String name;
  private final Source source;

  private Rows(String name, Source source) {
    this.name = name;
    this.source = source;
  }

  /** The 57,363 real rows that come with the program, without InvoiceDate. */
  public static Rows bundled() {
    return new Rows(
        "the bundled rows",
        () ->
            new GZIPInputStream(
                Objects.requireNonNull(Rows.class.getResourceAsStream(BUNDLED)), 1 << 16));
  }

  /** The rows of a file, which is read when they are asked for. */
  public static Rows file(Path file) {
    return new Rows("--file " + file, () -> Files.newInputStream(file));
  }

  /** What these rows are, in words for a message. */
  String name() {
    return name;
  }

  /**
   * Hands over every row, in the order of the file.
   *
   * @throws Stop if the file cannot be read or is not of this layout
   */
  public void forEach(Consumer<Row> consumer) {
    try (Csv csv = new Csv(source.open())) {
      try {
        read(csv, consumer);
      } catch (IOException e) {
        throw Stop.usage("%s, line %d: %s.", name, csv.line(), e.getMessage());
      }
    } catch (IOException e) {
      throw Stop.usage("%s cannot be opened: %s.", name, e);
    }
  }

  /** All rows at once. */
  List<Row> list() {
    List<Row> rows = new ArrayList<>();
    forEach(rows::add);
    return rows;
  }

  private void read(Csv csv, Consumer<Row> consumer) throws IOException {
    List<String> header = csv.next();
    if (header == null) {
      throw Stop.usage("%s is empty; its first line must name the columns.", name);
    }
    int[] at = positions(header);
    for (List<String> fields = csv.next(); fields != null; fields = csv.next()) {
      if (fields.size() != header.size()) {
        throw Stop.usage(
            "%s, line %d: %d fields where the header names %d; a field that holds a comma must"
                + " be quoted.",
            name, csv.line(), fields.size(), header.size());
      }
      consumer.accept(
          new Row(
              fields.get(at[0]),
              fields.get(at[1]),
              fields.get(at[2]),
              fields.get(at[3]),
              fields.get(at[4]),
              fields.get(at[5]),
              fields.get(at[6]),
              at[7] < 0 ? "" : fields.get(at[7]),
              csv.line()));
    }
  }

  /** The positions of {@link #COLUMNS}, then of InvoiceDate; only the latter may be absent, -1. */
  private int[] positions(List<String> header) {
    int[] at = new int[COLUMNS.size() + 1];
    for (int i = 0; i < at.length; i++) {
      String column = i < COLUMNS.size() ? COLUMNS.get(i) : INVOICE_DATE;
      at[i] = header.indexOf(column);
      if (at[i] < 0 && i < COLUMNS.size()) {
        throw Stop.usage(
            "%s has no column '%s', only %s; the layout of UCI Online Retail II has %s and may have"
                + " %s.",
            name, column, header, COLUMNS, INVOICE_DATE);
      }
      if (at[i] != header.lastIndexOf(column)) {
        throw Stop.usage("%s names the column '%s' twice; leave one.", name, column);
      }
    }
    return at;
  }
}
