package dev.tally.sim;

/** As SIGKILL: no more code of the process runs. An Error, so that no remedy is tried on it. */
final class Crash extends Error {
  Crash() {
    super("killed", null, false, false);
  }
}
