package dev.tally.sim;

import java.util.Locale;

/**
 * Where a process can be killed, or made to stand still: at each of its calls to brokers and disk.
 * Where it matters there are two points, one before the call takes effect and one after.
 */
enum Point {
  /** Clients are about to be opened under a name. */
  OPEN,
  /** The last producer of that name is fenced. */
  OPENED,
  POLL,
  /** Records have been fetched, and the worker does not have them yet. */
  POLLED,
  /** The table is about to be polled. */
  TABLE,
  /** Rows of the table have been fetched, and the worker does not have them yet. */
  TABLE_POLLED,
  PAUSE,
  SEEK,
  LOOK_UP,
  /** A transaction is about to be opened. */
  BEGIN,
  SEND,
  SENT,
  /** Everything is computed and sent; the transaction has no offsets yet. */
  OFFSETS,
  /** The transaction has its offsets; it is not decided yet. */
  COMMIT,
  /** The transaction is committed; the worker does not know it yet. */
  COMMITTED,
  ABORT,
  ABORTED,
  CLOSE,
  /** A slot of the state folder is about to be claimed. */
  CLAIM,
  /** Any other use of the disk. */
  DISK,
  /** A batch is about to be written. */
  SAVE,
  SAVED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
