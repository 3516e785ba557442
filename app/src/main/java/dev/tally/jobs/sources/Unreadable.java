package dev.tally.jobs.sources;

/**
 * A record that is not what the job accepts. The message says which part is wrong and what was
 * found. Immutable.
 */
public final class Unreadable extends Exception {
  private final String what;

  public Unreadable(String what) {
    // Without a stack trace, because such records can come by the million.
    super(what, null, false, false);
    this.what = what;
  }

  /** What is wrong, for the dead letter. */
  public String what() {
    return what;
  }
}
