package dev.tally.job;

/**
 * Saved entries that no job of this version can have written. The caller discards them and rebuilds
 * the state from the input.
 */
public final class Damaged extends RuntimeException {
  public Damaged(String message) {
    super(message);
  }
}
