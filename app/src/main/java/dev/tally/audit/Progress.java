package dev.tally.audit;

/** Told how far the audit has come. */
@FunctionalInterface
public interface Progress {
  Progress NONE = (done, total) -> {};

  /** Offsets passed so far, of all there are to pass. */
  void at(long done, long total);
}
