package dev.tally.engine;

/**
 * The remedy when a client is of no more use (fenced, or a commit with unknown outcome): close
 * both, open new ones, and read what was committed.
 */
public final class Reconnect extends RuntimeException {
  private final boolean fenced;

  public Reconnect(String message, Throwable cause) {
    this(message, cause, false);
  }

  /**
   * Says whether another producer has taken our name.
   *
   * @param fenced true also where the brokers did it themselves, after a timeout
   */
  public Reconnect(String message, Throwable cause, boolean fenced) {
    super(message, cause);
    this.fenced = fenced;
  }

  public boolean fenced() {
    return fenced;
  }
}
