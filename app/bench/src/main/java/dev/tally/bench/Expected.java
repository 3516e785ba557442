package dev.tally.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers to a sample of a workload's rows, recomputed by the definition alone: every row of
 * the code that came before and lies in the closed ten minutes is added up again.
 */
final class Expected {
  private static final long WINDOW_NANOS = 600_000_000_000L;
  private static final int ROWS_MAX = 200_000;
  // One code in this number; with few codes, all of them.
  private static final int CODE_OF = 64;
  private static final int FEW_CODES = 1000;
  private static final int ROWS_OF_FEW_CODES_MAX = 10_000;

  private record Past(long epochNanos, BigDecimal amount) {}

  private final Map<String, BigDecimal> sums = new HashMap<>();

  Expected(Workload workload) {
    boolean few = workload.keys() != Workload.REAL_KEYS && workload.keys() < FEW_CODES;
    long rows = Math.min(workload.rows(), few ? ROWS_OF_FEW_CODES_MAX : ROWS_MAX);
    Map<String, List<Past>> pasts = new HashMap<>();
    for (long row = 0; row < rows; row++) {
      byte[] code = workload.code(row);
      if (few || Math.floorMod(Arrays.hashCode(code), CODE_OF) == 0) {
        String text = new String(code, UTF_8);
        List<Past> past = pasts.computeIfAbsent(text, key -> new ArrayList<>());
        long epoch = workload.epochNanos(row);
        past.add(new Past(epoch, workload.amount(row)));
        BigDecimal sum = BigDecimal.ZERO;
        for (Past each : past) {
          boolean inWindow =
              each.epochNanos() <= epoch && each.epochNanos() >= epoch - WINDOW_NANOS;
          sum = inWindow ? sum.add(each.amount()) : sum;
        }
        sums.put(text + "@" + Workload.epochText(epoch), sum);
      }
    }
  }

  int size() {
    return sums.size();
  }

  /** The sum that must be answered, or null if the row is not in the sample. */
  @Nullable BigDecimal sum(String code, String epochText) {
    return sums.get(code + "@" + epochText);
  }
}
