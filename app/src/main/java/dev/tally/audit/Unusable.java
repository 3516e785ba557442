package dev.tally.audit;

/** Says in one sentence why bytes are no row, or no answer. */
final class Unusable extends Exception {
  Unusable(String message) {
    super(message, null, false, false);
  }
}
