package dev.tally.sim;

import dev.tally.job.Job;
import dev.tally.jobs.rollingsum.RollingSum;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The settings that shape sums. */
record Rules(
    long windowMillis,
    String sumName,
    long graceMillis,
    OptionalLong futureMaxMillis,
    RollingSum.Miskeyed miskeyed) {
  Job job() {
    return new RollingSum(
        Duration.ofMillis(windowMillis),
        Duration.ofMillis(graceMillis),
        futureMaxMillis.stream().mapToObj(Duration::ofMillis).findFirst(),
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

  /** Empty if event times are believed however far ahead. */
  Optional<BigDecimal> futureMaxSeconds() {
    return futureMaxMillis.stream().mapToObj(max -> BigDecimal.valueOf(max, 3)).findFirst();
  }
}
