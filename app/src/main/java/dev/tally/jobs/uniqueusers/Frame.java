package dev.tally.jobs.uniqueusers;

import dev.tally.jobs.sources.RecentTimes;

/**
 * What matters in a frame: who, as the hash of the uid, and when. One object serves a whole
 * partition: each frame overwrites the previous one.
 *
 * <p>Confined to the thread of its shard.
 */
final class Frame {
  /** The longest uid, in bytes of UTF-8. */
  static final int UID_BYTES_MAX = 1024;

  /** Every ts is below it: 10^11 unix seconds, in the year 5138. */
  static final long TS_END = RecentTimes.TIME_END;

  private long hash;
  private long tsSeconds;

  /** The {@link UidHash} of the uid. */
  long hash() {
    return hash;
  }

  /** Event time in unix seconds, from 0 to below {@link #TS_END}. */
  long tsSeconds() {
    return tsSeconds;
  }

  void set(long hash, long tsSeconds) {
    this.hash = hash;
    this.tsSeconds = tsSeconds;
  }
}
