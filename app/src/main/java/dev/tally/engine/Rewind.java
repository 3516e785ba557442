package dev.tally.engine;

/**
 * The remedy for a transaction that was, or has to be, aborted: forget what memory holds, go back
 * to what is saved, and read again with the same clients.
 */
public final class Rewind extends RuntimeException {
  private final boolean membership;

  public Rewind(String message, Throwable cause) {
    this(message, cause, false);
  }

  /**
   * Says whether only our membership of the group was out of date.
   *
   * @param membership true if the same records are likely to be committed the next time
   */
  public Rewind(String message, Throwable cause, boolean membership) {
    super(message, cause);
    this.membership = membership;
  }

  public boolean membership() {
    return membership;
  }
}
