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
   * Visits the entries with from <= key < to in the order of their keys, until the visitor has had
   * enough. What is saved during the scan is not visited.
   *
   * @return whether all entries were visited
   */
  boolean scan(byte[] from, byte[] to, Visitor visitor);

  /** An empty batch. {@link #get} and {@link #scan} see nothing of it before it is saved. */
  Batch batch();

  /** The commit point of the state: all of the batch or, after a crash, nothing of it. */
  void save(Batch batch);

  /** Receives the entries of a scan. */
  interface Visitor {
    /** Takes one entry and returns whether to go on. */
    boolean visit(byte[] key, byte[] value);
  }

  /** Changes to be saved together, applied in the order they were given. */
  interface Batch {
    void put(byte[] key, byte[] value);

    /** Deletes an entry, if there is one. */
    void delete(byte[] key);

    /** Deletes every entry with from <= key < to. */
    void deleteRange(byte[] from, byte[] to);
  }
}
