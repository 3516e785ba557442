package dev.tally.jobs.rollingsum;

import dev.tally.job.Damaged;
import dev.tally.job.KeyedState;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The entries of saved rows. Those of one slice of event time stand together, so that an expired
 * slice is one range, whatever is in it. Of its rows, those filed by StockCode are older than those
 * in its journal.
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
 * See {@link SavedRowWriter}; rows that are filed need not name their StockCode.
 */
final class SliceFormat {
  private static final byte FILED = 0;
  private static final byte JOURNAL = 1;
  private static final int KIND_AT = 1 + Long.BYTES;
  private static final int REST_AT = KIND_AT + 1;

  private final long sliceNanos;
  private final SavedRowWriter writer = new SavedRowWriter();

  /** Receives the rows of an entry in their order. */
  interface Visitor {
    void row(long epochNanos, SavedRowReader row);
  }

  SliceFormat(long sliceNanos) {
    this.sliceNanos = sliceNanos;
  }

  long sliceOf(long epochNanos) {
    return Math.floorDiv(epochNanos, sliceNanos);
  }

  /** Event time of its first nanosecond. */
  long startNanos(long slice) {
    return slice * sliceNanos;
  }

  /** Whether the slice that begins at an event time has another one in it. */
  boolean covers(long startNanos, long epochNanos) {
    return Long.compareUnsigned(epochNanos - startNanos, sliceNanos) < 0;
  }

  /** Before all entries of a slice. */
  static byte[] sliceStart(long slice) {
    return key(slice, 0).array();
  }

  static byte[] filedKey(long slice, StockCode code) {
    return key(slice, 1 + code.length()).put(FILED).put(code.bytes(), 0, code.length()).array();
  }

  static byte[] journalKey(long slice, long number) {
    return key(slice, 1 + Long.BYTES).put(JOURNAL).putLong(number).array();
  }

  /** The beginning of a key, with room for so many bytes more. */
  private static ByteBuffer key(long slice, int more) {
    return ByteBuffer.allocate(KIND_AT + more).put(KeyedState.JOB_PREFIX).putLong(slice);
  }

  static boolean isJournal(byte[] key) {
    return key.length > KIND_AT && key[KIND_AT] == JOURNAL;
  }

  /**
   * The slice of an entry.
   *
   * @throws Damaged if its key is none of ours
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
   * Files the rows of a window that are in a slice, all of them.
   *
   * @param firstRow index of the first of them or of a later slice
   * @return index of the first row of a later slice
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

  /** Deletes the journal of a slice, as far as it does not come behind this key. */
  static void deleteJournal(long slice, byte[] lastKey, KeyedState.Batch batch) {
    byte[] from = journalKey(slice, 0);
    byte[] nextSlice = sliceStart(slice + 1);
    byte[] behindLast = Arrays.copyOf(lastKey, lastKey.length + 1);
    byte[] to = Arrays.compareUnsigned(behindLast, nextSlice) < 0 ? behindLast : nextSlice;
    if (Arrays.compareUnsigned(from, to) < 0) {
      batch.deleteRange(from, to);
    }
  }

  /**
   * Visits the rows of one entry.
   *
   * @throws Damaged if the bytes are none of ours
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
