package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.Fetched;
import dev.tally.job.MemoryState;
import dev.tally.job.Shard;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A row lies in the memory of a fetch of up to 64 MB, which must not be held because of the row.
 */
final class FetchedMemoryTest {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final RollingSum JOB =
      new RollingSum(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          RollingSum.Miskeyed.DEAD_LETTER);

  private final Shard shard = JOB.open(new MemoryState(), Shard.NO_CLOCK, 4, Long.MAX_VALUE);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"StockCode\":\"8\",\"Quantity\":1,\"Price\":5,\"InvoiceDate\":1000.25}",
        "{\"StockCode\":\"longer than a word\",\"Quantity\":1,\"Price\":5,\"InvoiceDate\":1000}",
        "{\"StockCode\":\"\\u0038\",\"Quantity\":\"1\",\"Price\":5,\"InvoiceDate\":1000}",
        "{\"StockCode\":\"8\",\"Quantity\":1,\"Price\":5}",
        "not JSON"
      })
  void noBytesOfARowAreHeldOnceItIsApplied(String row) throws Exception {
    WeakReference<byte[]> fetch = new WeakReference<>(applied(row, "8"));
    WeakReference<byte[]> miskeyed = new WeakReference<>(applied(row, "9"));
    long beganNanos = System.nanoTime();
    while (fetch.get() != null || miskeyed.get() != null) {
      assertTrue(System.nanoTime() - beganNanos < LONGEST_NANOS, "the memory is held");
      System.gc();
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** Applies a row and returns all of the memory that it lay in. */
  @SuppressWarnings("ByteBufferBackingArray")
  private byte[] applied(String row, String key) {
    ByteBuffer value = Fetched.view(row.getBytes(UTF_8));
    shard.apply(0, Fetched.view(key.getBytes(UTF_8)), value, 1_000_000, new CollectedOutput());
    return value.array();
  }
}
