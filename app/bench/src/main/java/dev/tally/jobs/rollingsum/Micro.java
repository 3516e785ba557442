package dev.tally.jobs.rollingsum;

import dev.tally.bench.Workload;
import dev.tally.job.KeyedState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one row costs in the job alone: parse, window and output, each measured by itself. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Micro {
  // More than a processor's cache holds: rows that come from a broker are not in the cache either.
  private static final int ROWS = 1 << 16;
  private static final int WINDOW_ROWS = 600_000;
  private static final long WINDOW_NANOS = Duration.ofMinutes(10).toNanos();
  private static final long GRACE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long STEP_NANOS = WINDOW_NANOS / WINDOW_ROWS;

  private final byte[][] values = new byte[ROWS][];
  private final ByteBuffer[] views = new ByteBuffer[ROWS];
  private final Sale[] sales = new Sale[ROWS];
  private final SaleScanner scanner = new SaleScanner();
  private final Sale sale = new Sale();
  private final Windows windows = new Windows(new Nothing(), WINDOW_NANOS / 10, WINDOW_NANOS);
  private final SaleTotal total = new SaleTotal(Duration.ofMinutes(10));
  private final Sum sum = new Sum();
  private int next;
  private long nowNanos;

  /** Prepares the rows, and fills the window. */
  @Setup
  public void prepare() {
    Workload workload =
        Workload.of(Long.MAX_VALUE, 1, Workload.REAL_KEYS, WINDOW_ROWS, /* disorderPercent= */ 0);
    for (int row = 0; row < ROWS; row++) {
      values[row] = workload.value(row);
      views[row] = ByteBuffer.wrap(values[row]);
      sales[row] = new Sale();
      if (!scanner.scan(views[row], sales[row])) {
        throw new IllegalStateException("row " + row + " is unusual");
      }
    }
    nowNanos = sales[0].epochNanos();
    for (int row = 0; row < WINDOW_ROWS; row++) {
      long unused = window();
    }
  }

  private int next() {
    next = (next + 1) % ROWS;
    return next;
  }

  @Benchmark
  public long parse() {
    return scanner.scan(views[next()], sale) ? sale.micros() : 0;
  }

  /** The reader of unusual rows, on the same ordinary ones. */
  @Benchmark
  public long parseWithGson() throws Exception {
    SaleReader.read(values[next()], sale);
    return sale.micros();
  }

  @Benchmark
  public long window() {
    Sale row = sales[next()];
    nowNanos += STEP_NANOS;
    row.setEpoch(nowNanos, row.epochText(), 0, row.epochLength());
    windows.add(row, nowNanos - WINDOW_NANOS - GRACE_NANOS, sum);
    return sum.micros();
  }

  @Benchmark
  public byte[] output() {
    Sale row = sales[next()];
    sum.clear();
    sum.add(row.micros(), row.wide());
    return total.write(row, sum);
  }

  /** Saved state that is empty and stays so. */
  private static final class Nothing implements KeyedState {
    @Override
    public byte @Nullable [] get(byte[] key) {
      return null;
    }

    @Override
    public boolean scan(byte[] from, byte[] to, Visitor visitor) {
      return true;
    }

    @Override
    public Batch batch() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void save(Batch batch) {
      throw new UnsupportedOperationException();
    }
  }
}
