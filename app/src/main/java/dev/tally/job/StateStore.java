package dev.tally.job;

import dev.tally.Stop;
import java.util.Set;

/**
 * The saved state of one worker, by partition. It is one of several numbered slots in a state
 * folder that instances on one host share, and belongs to this worker alone until it is closed.
 */
public interface StateStore extends AutoCloseable {
  /** Which slot this is; a worker that comes back finds its own. */
  int slot();

  /** Whether the slot is still ours: false once its folder has been deleted underneath us. */
  boolean intact();

  /** Names of all partitions that have saved state. */
  Set<String> partitions();

  /**
   * A partition's saved state, empty if there was none.
   *
   * @throws StateLost if it cannot be read
   */
  KeyedState open(String partition);

  /**
   * Deletes a partition's saved state. What {@link #open} gave for it must not be used any more.
   */
  void discard(String partition);

  @Override
  void close();

  /** Where workers get their stores from. */
  interface Slots {
    /**
     * The first slot that no other worker has.
     *
     * @throws Stop if the folder cannot be used
     */
    StateStore claim();
  }
}
