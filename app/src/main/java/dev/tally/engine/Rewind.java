package dev.tally.engine;

/**
 * The remedy for a transaction that was, or has to be, aborted: forget what memory holds, go back
 * to what is saved, read again. Clients stay.
 */
public final class Rewind extends RuntimeException {
  private final boolean membership;

  public Rewind(String message, Throwable cause) {
    this(message, cause, false);
  }

  /**
   * Says whether it was only our membership of the group that had moved on.
   *
   * @param membership true if the same records may well be committed the next time
   */
  public Rewind(String message, Throwable cause, boolean membership) {
    super(message, cause);
    this.membership = membership;
  }

  public boolean membership() {
    return membership;
  }
}
