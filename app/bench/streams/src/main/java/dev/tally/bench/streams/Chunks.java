package dev.tally.bench.streams;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The rows of one key in a store, a chunk of them under each of the keys code + number, so that a
 * row rewrites only the last chunk.
 */
final class Chunks {
  /** Of a hot key few bytes are rewritten with each row; of others few chunks with each commit. */
  private static final int ROWS_MAX = 32;

  private final KeyValueStore<Bytes, byte[]> store;
  private final byte[] code;
  // The highest time in each chunk, oldest chunk first.
  private final Deque<Long> newest = new ArrayDeque<>();
  private int next;
  private Bytes lastKey;
  private byte[] last = Chunk.none();
  private int lastRows = ROWS_MAX; // full: the first row begins a chunk
  private long lastNanos;

  Chunks(KeyValueStore<Bytes, byte[]> store, byte[] code) {
    this.store = store;
    this.code = code;
    this.lastKey = key(0);
  }

  static byte[] code(Bytes key) {
    return Arrays.copyOf(key.get(), key.get().length - Integer.BYTES);
  }

  private Bytes key(int number) {
    return Bytes.wrap(
        ByteBuffer.allocate(code.length + Integer.BYTES).put(code).putInt(number).array());
  }

  void add(long nanos, long amount) {
    if (lastRows == ROWS_MAX) {
      lastKey = key(next++);
      last = Chunk.none();
      lastRows = 0;
      lastNanos = 0;
      newest.addLast(nanos);
    }
    last = Chunk.append(last, lastNanos, nanos, amount);
    lastRows++;
    lastNanos = nanos;
    if (nanos > newest.getLast()) {
      newest.removeLast();
      newest.addLast(nanos);
    }
    store.put(lastKey, last);
  }

  /** Takes note of a chunk that is in the store. They must come in order. */
  void found(Bytes key, long newestNanos) {
    next = ByteBuffer.wrap(key.get()).getInt(code.length) + 1;
    newest.addLast(newestNanos);
  }

  /** Deletes chunks of which all rows are older. */
  void expire(long horizonNanos) {
    while (!newest.isEmpty() && newest.getFirst() < horizonNanos) {
      store.put(key(next - newest.size()), null); // delete() would read first
      newest.removeFirst();
      lastRows = newest.isEmpty() ? ROWS_MAX : lastRows;
    }
  }

  boolean isEmpty() {
    return newest.isEmpty();
  }
}
