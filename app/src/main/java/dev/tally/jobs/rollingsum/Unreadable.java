package dev.tally.jobs.rollingsum;

/**
 * A record that is not a sales row. The message says which part is wrong and what was found.
 * Immutable.
 */
final class Unreadable extends Exception {
  private final String what;

  Unreadable(String what) {
    // Without a stack trace, because such rows can come by the million.
    super(what, null, false, false);
    this.what = what;
  }

  String what() {
    return what;
  }
}
