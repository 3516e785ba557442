package dev.tally.engine;

/**
 * Another worker uses our name towards the brokers. If our slot is still ours, two places have one
 * name and would fence each other for ever; if it is not, another slot gives us another name.
 */
public final class NameTaken extends RuntimeException {
  public NameTaken(String message, Throwable cause) {
    super(message, cause);
  }
}
