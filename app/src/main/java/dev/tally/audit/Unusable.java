package dev.tally.audit;

/** Says in one sentence why bytes are not a row, an answer or a dead letter. */
public final class Unusable extends Exception {
  public Unusable(String message) {
    super(message, null, false, false);
  }
}
