package dev.tally.jobs.rollingsum;

import dev.tally.job.Damaged;
import dev.tally.job.KeyedState;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The layout of saved rows in keys and values. The entries of one slice of event time are adjacent,
 * so an expired slice is deleted as one range, whatever it holds. Within a slice, rows that are
 * filed by StockCode came before those in the journal.
 *
 * <pre>
 *        filed by StockCode                         journal
 * key    1 byte   KeyedState.JOB_PREFIX
 *        8 bytes  slice number, big-endian: event time in nanoseconds / length of a slice
 *        1 byte   0                                 1
 *        then     the StockCode's bytes             8 bytes, big-endian, ascending
 * value  rows     in their order in the window      in the order they were saved in
 * </pre>
 *
 * {@link SavedRowWriter} draws a row; filed rows need not name their StockCode. Confined to the
 * thread of its shard, or of {@link WindowCounter}.
 */
final class SliceFormat {
  private static final byte FILED = 0;
  private static final byte JOURNAL = 1;
  private static final int KIND_AT = 1 + Long.BYTES;
  private static final int REST_AT = KIND_AT + 1;

  private final long sliceNanos;
  private final SavedRowWriter writer = new SavedRowWriter();

  /** Receives the rows of an entry, in their order there. */
  interface Visitor {
    void row(long epochNanos, SavedRowReader row);
  }

  SliceFormat(long sliceNanos) {
    this.sliceNanos = sliceNanos;
  }

  long sliceOf(long epochNanos) {
    return Math.floorDiv(epochNanos, sliceNanos);
  }

  /** The event time at which a slice begins. */
  long startNanos(long slice) {
    return slice * sliceNanos;
  }

  /** Whether an event time is in the slice that begins at `startNanos`. */
  boolean covers(long startNanos, long epochNanos) {
    return Long.compareUnsigned(epochNanos - startNanos, sliceNanos) < 0;
  }

  /** A key before all entries of a slice. */
  static byte[] sliceStart(long slice) {
    return key(slice, 0).array();
  }

  static byte[] filedKey(long slice, StockCode code) {
    return key(slice, 1 + code.length()).put(FILED).put(code.bytes(), 0, code.length()).array();
  }

  static byte[] journalKey(long slice, long number) {
    return key(slice, 1 + Long.BYTES).put(JOURNAL).putLong(number).array();
  }

  /** The beginning of a key, with room for `more` bytes after it. */
  private static ByteBuffer key(long slice, int more) {
    return ByteBuffer.allocate(KIND_AT + more).put(KeyedState.JOB_PREFIX).putLong(slice);
  }

  static boolean isJournal(byte[] key) {
    return key.length > KIND_AT && key[KIND_AT] == JOURNAL;
  }

  /**
   * The slice of an entry.
   *
   * @throws Damaged if its key is not one of ours
   */
  static long sliceOfKey(byte[] key) {
    if (key.length < REST_AT) {
      throw new Damaged("a key of " + key.length + " bytes");
    }
    return ByteBuffer.wrap(key).getLong(1);
  }

  static long numberOfKey(byte[] journalKey) {
    return ByteBuffer.wrap(journalKey).getLong(REST_AT);
  }

  /**
   * Files all rows of a window that are in a slice.
   *
   * @param firstRow index of the first row in this slice or a later one
   * @return index of the first row in a later slice
   */
  int file(long slice, WindowTable table, int window, int firstRow, KeyedState.Batch batch) {
    long start = startNanos(slice);
    long before = start;
    int end = table.rows(window);
    int row = firstRow;
    writer.reset();
    while (row < end && covers(start, table.epochNanos(window, row))) {
      long epoch = table.epochNanos(window, row);
      writer.row(epoch - before, table.micros(window, row), table.wide(window, row));
      before = epoch;
      row++;
    }
    if (row > firstRow) {
      batch.put(filedKey(slice, table.code(window)), writer.toBytes());
    }
    return row;
  }

  /** Deletes the entries in the journal of a slice up to this key, that one included. */
  static void deleteJournal(long slice, byte[] lastKey, KeyedState.Batch batch) {
    byte[] from = journalKey(slice, 0);
    byte[] nextSlice = sliceStart(slice + 1);
    byte[] afterLast = Arrays.copyOf(lastKey, lastKey.length + 1);
    byte[] to = Arrays.compareUnsigned(afterLast, nextSlice) < 0 ? afterLast : nextSlice;
    if (Arrays.compareUnsigned(from, to) < 0) {
      batch.deleteRange(from, to);
    }
  }

  /**
   * Visits the rows of one entry.
   *
   * @throws Damaged if the bytes are not of this layout
   */
  void read(byte[] key, byte[] value, Visitor visitor) {
    boolean journal = isJournal(key);
    int rest = key.length - REST_AT;
    if (journal ? rest != Long.BYTES : rest < 1 || key[KIND_AT] != FILED) {
      throw new Damaged("a key of " + key.length + " bytes");
    }
    long slice = sliceOfKey(key);
    long start = startNanos(slice);
    if (sliceOf(start) != slice) {
      throw new Damaged("slice " + slice);
    }
    StockCode code = journal ? null : StockCode.of(Arrays.copyOfRange(key, REST_AT, key.length));
    SavedRowReader row = new SavedRowReader(value, code);
    long epoch = start;
    while (row.next()) {
      epoch += row.stepNanos();
      if (!covers(start, epoch)) {
        throw new Damaged("a row at " + epoch + " ns in slice " + slice);
      }
      visitor.row(epoch, row);
    }
  }
}
