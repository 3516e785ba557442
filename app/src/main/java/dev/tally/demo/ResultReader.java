package dev.tally.demo;

/** Reads what a job emits, and tells what is to be shown of it. */
interface ResultReader extends AutoCloseable {
  /**
   * What has been read so far.
   *
   * @throws dev.tally.Stop if it cannot be read any more
   */
  Progress progress();

  @Override
  void close();

  /** What has been read up to a moment. */
  interface Progress {
    long results();

    long deadLetters();

    /** All that is shown, with what the broker tells of the same moment. */
    View view(Flow flow);
  }
}
