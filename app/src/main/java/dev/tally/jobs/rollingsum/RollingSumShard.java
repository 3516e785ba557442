package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.DurationText;
import dev.tally.job.Bytes;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The rolling sum on one partition: bytes in, parse, window, answer out.
 *
 * <p>Confined, with everything it owns, to the worker thread that owns the partition.
 */
final class RollingSumShard implements Shard {
  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  // Kafka is younger than that. Wrong timestamps are mostly 0, or seconds in place of milliseconds.
  private static final long EARLIEST_PLAUSIBLE_MILLIS =
      Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();

  private static final String IMPLAUSIBLE =
      ", which is before the year 2000 and looks wrong; --future.max off ignores record timestamps,"
          + " and message.timestamp.type=LogAppendTime on the input topic makes brokers set them";

  private final long windowNanos;
  private final long graceNanos;
  private final OptionalLong futureMaxMillis;
  private final boolean keysChecked;
  private final boolean skipsMiskeyed;
  private final SaleScanner scanner = new SaleScanner();
  private final SaleTotal total;
  private final Windows windows;
  private final Sale sale = new Sale();
  private final Sum sum = new Sum();
  private long clockNanos;

  RollingSumShard(
      RollingSum job, KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
    this.windowNanos = job.window().toNanos();
    this.graceNanos = job.grace().toNanos();
    this.futureMaxMillis = job.futureMax().stream().mapToLong(Duration::toMillis).findFirst();
    this.keysChecked = partitions > 1 && job.miskeyed() != RollingSum.Miskeyed.ACCEPT;
    this.skipsMiskeyed = job.miskeyed() == RollingSum.Miskeyed.DEAD_LETTER;
    this.total = new SaleTotal(job.window());
    this.clockNanos = clockNanos;
    this.windows = new Windows(saved, job.sliceNanos(), job.window().toNanos());
    if (clockNanos != NO_CLOCK) {
      windows.load(horizonNanos(), clockNanos, memoryBytesMax);
    }
  }

  @Override
  public void apply(
      long offset,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      long timestampMillis,
      Output output) {
    if (value == null || !scanner.scan(value, sale)) {
      try {
        SaleReader.read(Bytes.copyOf(value), sale);
      } catch (Unreadable e) {
        output.deadLetter(DeadLetterReason.UNREADABLE, e.what());
        return;
      }
    }
    // A miskeyed row that is replayed under FAIL was accepted before, so it counts again.
    if (keysChecked && (skipsMiskeyed || output.live()) && !sale.code().sameAs(key)) {
      output.deadLetter(DeadLetterReason.MISKEYED, miskeyed(key));
      return;
    }
    long epoch = sale.epochNanos();
    if (epoch > believableTo(timestampMillis)) {
      output.deadLetter(DeadLetterReason.FUTURE, future(timestampMillis));
      return;
    }
    if (clockNanos != NO_CLOCK && epoch < clockNanos - graceNanos) {
      output.deadLetter(DeadLetterReason.LATE, late());
      return;
    }
    clockNanos = Math.max(clockNanos, epoch);
    windows.add(sale, horizonNanos(), sum);
    if (output.live()) {
      output.answer(sale.code().toBytes(), total.write(sale, sum));
    }
  }

  /** The latest event time believed of a record with this timestamp; the clock can hold it. */
  private long believableTo(long timestampMillis) {
    if (futureMaxMillis.isEmpty()) {
      return Sale.BEYOND_CLOCK - 1;
    }
    // Capped on both sides before adding, because a producer can choose any long.
    long limit = Sale.BEYOND_CLOCK / NANOS_PER_MILLI;
    long capped = Math.max(-limit, Math.min(timestampMillis, limit + 1));
    long millis = capped + futureMaxMillis.getAsLong();
    return millis <= limit ? millis * NANOS_PER_MILLI : Sale.BEYOND_CLOCK - 1;
  }

  private String miskeyed(@Nullable ByteBuffer key) {
    byte[] bytes = Bytes.copyOf(key);
    String found =
        bytes == null ? "none" : "'" + SaleReader.shortened(new String(bytes, UTF_8)) + "'";
    return "the record key is " + found + " but the StockCode is '" + sale.code() + "'";
  }

  private String future(long timestampMillis) {
    if (sale.epochNanos() == Sale.BEYOND_CLOCK) {
      return String.format(
          "InvoiceDate %s is beyond 9223372036.854775806 (April 2262), where the clock ends",
          epochText());
    }
    return String.format(
        "InvoiceDate %s is more than %s ahead of the record timestamp %s%s",
        epochText(),
        DurationText.of(Duration.ofMillis(futureMaxMillis.orElseThrow())),
        seconds(BigDecimal.valueOf(timestampMillis, 3)),
        isImplausible(timestampMillis) ? IMPLAUSIBLE : "");
  }

  /** Whether the record timestamp looks wrong rather than the event time. */
  private boolean isImplausible(long timestampMillis) {
    return timestampMillis < EARLIEST_PLAUSIBLE_MILLIS
        && sale.epochNanos() / NANOS_PER_MILLI >= EARLIEST_PLAUSIBLE_MILLIS;
  }

  private String late() {
    return String.format(
        "InvoiceDate %s is more than %s behind the partition's clock %s",
        epochText(),
        DurationText.of(Duration.ofNanos(graceNanos)),
        seconds(BigDecimal.valueOf(clockNanos, 9)));
  }

  /** Seconds since 1970, in the form that InvoiceDate has. */
  private static String seconds(BigDecimal seconds) {
    return seconds.stripTrailingZeros().toPlainString();
  }

  private String epochText() {
    return new String(sale.epochText(), 0, sale.epochLength(), UTF_8);
  }

  @Override
  public long clockNanos() {
    return clockNanos;
  }

  @Override
  public long horizonNanos() {
    return clockNanos == NO_CLOCK ? NO_CLOCK : clockNanos - graceNanos - windowNanos;
  }

  @Override
  public void save(KeyedState.Batch batch) {
    windows.save(batch);
  }

  @Override
  public long memoryBytes() {
    return windows.memoryBytes();
  }

  @Override
  public void trimTo(long bytes) {
    windows.trimTo(bytes);
  }
}
