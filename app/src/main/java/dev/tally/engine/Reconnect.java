package dev.tally.engine;

/**
 * The remedy when a client is of no more use (fenced, or a commit with unknown outcome): close both
 * clients, open new ones, and read what was committed.
 */
public final class Reconnect extends RuntimeException {
  private final boolean fenced;

  public Reconnect(String message, Throwable cause) {
    this(message, cause, false);
  }

  /**
   * Says whether a producer was fenced.
   *
   * @param fenced by another producer with our name, or by the brokers after a timeout
   */
  public Reconnect(String message, Throwable cause, boolean fenced) {
    super(message, cause);
    this.fenced = fenced;
  }

  public boolean fenced() {
    return fenced;
  }
}
