package dev.tally.local;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines on a thread of its own, in batches: what a read has brought, as a pipe may pause in
 * the middle.
 */
final class Lines implements Runnable {
  private static final int BUFFER_BYTES = 1 << 18;
  private static final int LINE_BYTES_MAX = 64 << 20;

  /** What follows the last batch, or a failure. */
  record End(@Nullable IOException failure) {}

  private final InputStream in;
  private final BlockingQueue<Object> batches;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int used;

  /**
   * Reads nothing before it runs.
   *
   * @param batches takes lists of lines, as byte arrays without their ends, and {@link End} last
   */
  Lines(InputStream in, BlockingQueue<Object> batches) {
    this.in = in;
    this.batches = batches;
  }

  @Override
  public void run() {
    try {
      put(readAll());
    } catch (InterruptedException e) {
      // No one waits for them any more.
    }
  }

  private End readAll() throws InterruptedException {
    try {
      while (true) {
        if (used == buffer.length) {
          if (used >= LINE_BYTES_MAX) {
            throw new IOException("a line of more than " + LINE_BYTES_MAX + " bytes");
          }
          buffer = Arrays.copyOf(buffer, 2 * used);
        }
        int read = in.read(buffer, used, buffer.length - used);
        if (read < 0) {
          break;
        }
        int searched = used;
        used += read;
        List<byte[]> lines = takeLines(searched);
        if (!lines.isEmpty()) {
          put(lines);
        }
      }
      if (used > 0) {
        put(List.of(Arrays.copyOf(buffer, used))); // the last line needs no end
      }
      return new End(null);
    } catch (IOException e) {
      return new End(e);
    }
  }

  private List<byte[]> takeLines(int searched) {
    List<byte[]> lines = new ArrayList<>();
    int from = 0;
    for (int i = searched; i < used; i++) {
      if (buffer[i] == '\n') {
        int to = i > from && buffer[i - 1] == '\r' ? i - 1 : i;
        if (to > from) { // an empty line is no record
          lines.add(Arrays.copyOfRange(buffer, from, to));
        }
        from = i + 1;
      }
    }
    System.arraycopy(buffer, from, buffer, 0, used - from);
    used -= from;
    return lines;
  }

  private void put(Object batch) throws InterruptedException {
    while (!batches.offer(batch, 1, TimeUnit.MINUTES)) {
      // The other side computes for as long as it takes.
    }
  }
}
