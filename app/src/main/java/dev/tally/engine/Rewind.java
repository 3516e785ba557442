package dev.tally.engine;

/**
 * The remedy for a transaction that was, or has to be, aborted: forget what memory holds, go back
 * to what is saved, read again. Clients stay.
 */
final class Rewind extends RuntimeException {
  Rewind(String message, Throwable cause) {
    super(message, cause);
  }
}
