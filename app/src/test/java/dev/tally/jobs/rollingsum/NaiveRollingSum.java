package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The definition and nothing else: it keeps all accepted rows for ever, and adds them up anew for
 * each answer. It shares no code with the job.
 */
final class NaiveRollingSum {
  /**
   * A row as the producer meant it, and as it is in Kafka.
   *
   * @param readable whether it is a sales row at all
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Row(
      byte @Nullable [] key,
      byte[] value,
      long timestampMillis,
      boolean readable,
      String code,
      String epochText,
      BigDecimal price,
      BigDecimal quantity) {}

  private record Accepted(String code, BigDecimal epoch, BigDecimal amount) {}

  private static final BigDecimal CLOCK_END = new BigDecimal("9223372036.854775807");

  private final RollingSum job;
  private final boolean keyed;
  private final List<Accepted> rows = new ArrayList<>();
  private @Nullable BigDecimal clock;

  NaiveRollingSum(RollingSum job, int partitions) {
    this.job = job;
    this.keyed = partitions > 1 && job.miskeyed() != RollingSum.Miskeyed.ACCEPT;
  }

  /** What must become of the next row: its answer, or the reason of its dead letter. */
  String next(Row row) {
    if (!row.readable()) {
      return "unreadable";
    }
    if (keyed && !Arrays.equals(row.key(), row.code().getBytes(UTF_8))) {
      return "miskeyed";
    }
    BigDecimal epoch = new BigDecimal(row.epochText());
    if (epoch.compareTo(CLOCK_END) >= 0) {
      return "future";
    }
    if (job.futureMax().isPresent()) {
      BigInteger believedMillis =
          BigInteger.valueOf(row.timestampMillis())
              .add(BigInteger.valueOf(job.futureMax().get().toMillis()));
      if (epoch.compareTo(new BigDecimal(believedMillis, 3)) > 0) {
        return "future";
      }
    }
    if (clock != null && epoch.compareTo(clock.subtract(seconds(job.grace()))) < 0) {
      return "late";
    }
    clock = clock == null ? epoch : clock.max(epoch);
    rows.add(new Accepted(row.code(), epoch, row.price().multiply(row.quantity())));
    BigDecimal from = epoch.subtract(seconds(job.window()));
    BigDecimal sum = BigDecimal.ZERO;
    for (Accepted other : rows) {
      boolean inWindow = other.epoch().compareTo(from) >= 0 && other.epoch().compareTo(epoch) <= 0;
      if (inWindow && other.code().equals(row.code())) {
        sum = sum.add(other.amount());
      }
    }
    return row.code()
        + ": {\"StockCode\":\""
        + escaped(row.code())
        + "\",\"Epoch\":"
        + row.epochText()
        + ",\""
        + SaleTotal.nameOf(job.window())
        + "\":"
        + sum.stripTrailingZeros().toPlainString()
        + "}";
  }

  /** The clock in nanoseconds, null before the first accepted row. */
  @Nullable Long clockNanos() {
    return clock == null ? null : clock.movePointRight(9).longValueExact();
  }

  private static BigDecimal seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3);
  }

  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int named = "\"\\\b\f\n\r\t".indexOf(c);
      if (named >= 0) {
        escaped.append('\\').append("\"\\bfnrt".charAt(named));
      } else if (c < ' ') {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
