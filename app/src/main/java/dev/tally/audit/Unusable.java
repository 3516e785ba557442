package dev.tally.audit;

/** Says in one sentence why bytes are no row, or no answer. */
public final class Unusable extends Exception {
  public Unusable(String message) {
    super(message, null, false, false);
  }
}
