package dev.tally.local;

import dev.tally.job.DeadLetterReason;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stages of a job in one process and on one thread, without Kafka: lines in, the values of
 * results out. The last output topic of each stage is the next one's input; all others, and that of
 * the last stage, are results. Nothing is saved, so nothing can be taken up again.
 */
public final class LocalRun {
  private static final Logger log = LoggerFactory.getLogger(LocalRun.class);

  private static final int BATCHES_MAX = 16;
  private static final long SILENCE_MILLIS = 1000;
  private static final Source SOURCE = new Source(0, 0, 0, 1);

  /** Holds nothing, and takes nothing. */
  private static final KeyedState NO_STATE =
      new KeyedState() {
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
          throw new UnsupportedOperationException("nothing is saved here");
        }

        @Override
        public void save(Batch batch) {
          throw new UnsupportedOperationException("nothing is saved here");
        }
      };

  /** One stage; its output goes to the next one, or out. */
  private final class Stage implements Output {
    private final Shard shard;
    private final @Nullable Stage next;
    private long offset;
    private long heardMillis = System.currentTimeMillis();
    private boolean pending;

    Stage(Job job, @Nullable Stage next) {
      this.shard = job.open(NO_STATE, Shard.NO_CLOCK, 1, Long.MAX_VALUE);
      this.next = next;
      shard.resume(SOURCE, 0, "");
    }

    void apply(byte[] value, long nowMillis) {
      shard.apply(offset++, null, ByteBuffer.wrap(value), nowMillis, this);
      heardMillis = nowMillis;
      pending = true;
    }

    void flush() {
      if (pending) {
        shard.flush(offset, this);
        pending = false;
      }
    }

    void tick(long nowMillis) {
      if (nowMillis - heardMillis >= SILENCE_MILLIS) {
        shard.tick(offset, nowMillis - heardMillis, this);
      }
    }

    void end() {
      flush();
      shard.end(offset, this);
    }

    @Override
    public boolean live() {
      return true;
    }

    @Override
    public void answer(int topic, byte @Nullable [] key, byte[] value) {
      // A keyed record is a result: what stands between two stages has no key.
      if (next != null && key == null) {
        next.apply(value, System.currentTimeMillis());
      } else {
        out.write(value, 0, value.length);
        out.write('\n');
        results++;
      }
    }

    @Override
    public void deadLetter(DeadLetterReason reason, String message) {
      if (deadLetters.merge(reason, 1L, Long::sum) == 1) {
        log.warn("the first line that is {}: line {}: {}", reason.text(), lines, message);
      }
    }
  }

  private final PrintStream out;
  private final List<Stage> stages = new ArrayList<>();
  private final Map<DeadLetterReason, Long> deadLetters = new EnumMap<>(DeadLetterReason.class);
  private volatile boolean stopping;
  private long lines;
  private long results;

  /**
   * Begins with nothing.
   *
   * @param out takes the values of results, one a line
   */
  public LocalRun(List<Job> jobs, PrintStream out) {
    this.out = out;
    Stage next = null;
    for (int i = jobs.size() - 1; i >= 0; i--) {
      next = new Stage(jobs.get(i), next);
      stages.add(0, next);
    }
  }

  /** Asks {@link #run} to end as if the input had ended; returns at once. */
  public void stop() {
    stopping = true;
  }

  /**
   * Runs until the end of the input.
   *
   * @throws IOException if it cannot be read to its end; windows that are open then have no result
   */
  public void run(InputStream in) throws IOException {
    BlockingQueue<Object> batches = new ArrayBlockingQueue<>(BATCHES_MAX);
    Thread reader = new Thread(new Lines(in, batches), "lines");
    reader.setDaemon(true);
    reader.start();
    Lines.End end = null;
    try {
      while (end == null && !stopping) {
        Object batch = batches.poll(SILENCE_MILLIS / 4, TimeUnit.MILLISECONDS);
        if (batch instanceof Lines.End last) {
          end = last;
        } else if (batch instanceof List<?> some) {
          some.forEach(line -> apply((byte[]) line));
          stages.forEach(Stage::flush);
        } else {
          long now = System.currentTimeMillis();
          stages.forEach(stage -> stage.tick(now));
          stages.forEach(Stage::flush);
        }
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    IOException failure = end == null ? null : end.failure();
    if (failure == null) {
      stages.forEach(Stage::end);
    }
    out.flush();
    log.info("{} lines, {} results{}", lines, results, listed());
    if (failure != null) {
      throw failure;
    }
  }

  private void apply(byte[] line) {
    lines++;
    stages.get(0).apply(line, System.currentTimeMillis());
  }

  private String listed() {
    StringJoiner reasons =
        new StringJoiner(", ", deadLetters.isEmpty() ? "" : "; not counted: ", "");
    deadLetters.forEach((reason, count) -> reasons.add(count + " " + reason.text()));
    return reasons.toString();
  }
}
