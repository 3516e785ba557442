package dev.tally.audit;

/** Is told how far an audit has come. */
@FunctionalInterface
public interface Progress {
  Progress NONE = (done, total) -> {};

  /**
   * Called after each poll.
   *
   * @param done offsets passed so far
   * @param total offsets that there are to pass
   */
  void at(long done, long total);
}
