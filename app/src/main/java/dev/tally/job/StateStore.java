package dev.tally.job;

import dev.tally.Stop;
import java.util.Set;

/**
 * The saved state of one worker, by partition. It is one of several numbered slots in a state
 * folder that the instances on one host share. Until it is closed it belongs to this worker alone,
 * whose thread is the only one to use it.
 */
public interface StateStore extends AutoCloseable {
  /** The number of the slot; a worker that comes back finds its own. */
  int slot();

  /** Whether the slot still exists: false once its folder has been deleted underneath us. */
  boolean intact();

  /** Names of all partitions that have saved state. */
  Set<String> partitions();

  /**
   * Opens a partition's saved state, which is empty if there was none.
   *
   * @throws StateLost if it cannot be read
   */
  KeyedState open(String partition);

  /**
   * Deletes a partition's saved state. What {@link #open} returned for it must not be used any
   * more.
   */
  void discard(String partition);

  @Override
  void close();

  /** The slots of a state folder, from which workers get their stores. */
  interface Slots {
    /**
     * Claims the first slot that no other worker has.
     *
     * @throws Stop if the folder cannot be used
     */
    StateStore claim();
  }
}
