package dev.tally.jobs.rollingsum;

/** A record that is no sales row; the message says which part of it and what was found there. */
final class Unreadable extends Exception {
  private final String what;

  Unreadable(String what) {
    // Rows of this kind can come by the million: no stack trace is taken.
    super(what, null, false, false);
    this.what = what;
  }

  String what() {
    return what;
  }
}
