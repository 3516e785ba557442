package dev.tally.audit.rollingsum;

/**
 * What tells which row an answer belongs to, since an answer carries no source offset. Rows of
 * equal identity are told apart by their sums and their order.
 */
record Identity(String code, String epoch) {
  /** As it stands in messages. */
  @Override
  public String toString() {
    return "StockCode %s, Epoch %s".formatted(code, epoch);
  }
}
