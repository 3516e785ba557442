package dev.tally.engine;

/**
 * The remedy when a client is of no more use (fenced, or a commit with unknown outcome): close
 * both, open new ones, and read what was committed.
 */
final class Rebuild extends RuntimeException {
  Rebuild(String message, Throwable cause) {
    super(message, cause);
  }
}
