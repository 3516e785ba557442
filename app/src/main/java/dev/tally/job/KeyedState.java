package dev.tally.job;

import org.jspecify.annotations.Nullable;

/**
 * What one partition has saved: an ordered map from bytes to bytes that changes only in whole
 * saves. Keys are ordered as unsigned bytes. The first byte of a key says whose it is: {@link
 * #ENGINE_PREFIX} is the engine's, everything from {@link #JOB_PREFIX} on is the job's.
 */
public interface KeyedState {
  byte ENGINE_PREFIX = 0;
  byte JOB_PREFIX = 1;

  byte @Nullable [] get(byte[] key);

  /**
   * Visits the entries with from <= key < to in order of the keys, until the visitor has had
   * enough; what is saved meanwhile is not among them.
   *
   * @return whether all of them were visited
   */
  boolean scan(byte[] from, byte[] to, Visitor visitor);

  /** An empty batch. Nothing of it is seen by {@link #get} or {@link #scan} before it is saved. */
  Batch batch();

  /** The commit point of the state: all of the batch or, after a crash, nothing of it. */
  void save(Batch batch);

  /** Receives the entries of a scan. */
  interface Visitor {
    /** Whether to go on. */
    boolean visit(byte[] key, byte[] value);
  }

  /** Changes to be saved together, applied in the order they were given. */
  interface Batch {
    void put(byte[] key, byte[] value);

    /** Deletes every entry with from <= key < to. */
    void deleteRange(byte[] from, byte[] to);
  }
}
