package dev.tally.jobs.uniqueusers;

/**
 * A record that is not a frame. The message says which part is wrong and what was found. Immutable.
 */
final class Unreadable extends Exception {
  private final String what;

  Unreadable(String what) {
    // Without a stack trace, because such frames can come by the million.
    super(what, null, false, false);
    this.what = what;
  }

  String what() {
    return what;
  }
}
