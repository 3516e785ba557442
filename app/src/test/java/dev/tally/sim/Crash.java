package dev.tally.sim;

/** kill -9: no code of the process runs any more. An Error, so that no remedy is tried on it. */
final class Crash extends Error {
  Crash() {
    super("killed", null, false, false);
  }
}
