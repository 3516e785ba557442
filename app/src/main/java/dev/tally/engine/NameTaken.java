package dev.tally.engine;

/**
 * Another worker has our name towards the brokers. If our slot is still ours, two places use one
 * name and would fence each other for ever; if it is not, another slot gives another name.
 */
final class NameTaken extends RuntimeException {
  NameTaken(String message, Throwable cause) {
    super(message, cause);
  }
}
