package dev.tally.sim;

import dev.tally.job.Job;
import dev.tally.rollingsum.RollingSum;
import java.math.BigDecimal;
import java.time.Duration;

/** The settings that shape sums. */
record Rules(
    long windowMillis,
    String sumName,
    long graceMillis,
    long futureMaxMillis,
    RollingSum.Miskeyed miskeyed) {
  Job job() {
    return new RollingSum(
        Duration.ofMillis(windowMillis),
        Duration.ofMillis(graceMillis),
        Duration.ofMillis(futureMaxMillis),
        miskeyed);
  }

  /** Others in what they do with miskeyed rows alone. */
  Rules with(RollingSum.Miskeyed other) {
    return new Rules(windowMillis, sumName, graceMillis, futureMaxMillis, other);
  }

  BigDecimal windowSeconds() {
    return BigDecimal.valueOf(windowMillis, 3);
  }

  BigDecimal graceSeconds() {
    return BigDecimal.valueOf(graceMillis, 3);
  }

  BigDecimal futureMaxSeconds() {
    return BigDecimal.valueOf(futureMaxMillis, 3);
  }
}
