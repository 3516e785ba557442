package dev.tally.audit.rollingsum;

/**
 * What the job does with a record whose key is not its StockCode, on a topic of several partitions.
 */
public enum OnMiskeyed {
  FAIL("fail"),
  DEAD_LETTER("dead-letter"),
  ACCEPT("accept");

  private final String flag;

  OnMiskeyed(String flag) {
    this.flag = flag;
  }

  /** As it is typed on the command line. */
  @Override
  public String toString() {
    return flag;
  }
}
