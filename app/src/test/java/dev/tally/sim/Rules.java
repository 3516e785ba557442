package dev.tally.sim;

import dev.tally.job.Job;
import dev.tally.jobs.rollingsum.RollingSum;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** The settings that shape answers. */
record Rules(
    long windowMillis,
    String sumName,
    long graceMillis,
    OptionalLong futureMaxMillis,
    RollingSum.Miskeyed miskeyed) {
  static Rules chosenBy(Random random) {
    long[] windows = {10_000, 60_000, 7_500};
    String[] names = {"10secondsSum", "1minutesSum", "7500millisecondsSum"};
    int which = random.nextInt(windows.length);
    long tickMillis = windows[which] / 20;
    return new Rules(
        windows[which],
        names[which],
        tickMillis * Chance.oneOf(random, 0, 1, 4, 12, 30, 250),
        random.nextInt(4) == 0 ? OptionalLong.empty() : OptionalLong.of(tickMillis * 5),
        List.of(RollingSum.Miskeyed.values()).get(random.nextInt(3)));
  }

  Job job() {
    return new RollingSum(
        Duration.ofMillis(windowMillis),
        Duration.ofMillis(graceMillis),
        futureMaxMillis.stream().mapToObj(Duration::ofMillis).findFirst(),
        miskeyed);
  }

  /** The same rules, but for what becomes of miskeyed rows. */
  Rules with(RollingSum.Miskeyed other) {
    return new Rules(windowMillis, sumName, graceMillis, futureMaxMillis, other);
  }

  BigDecimal windowSeconds() {
    return BigDecimal.valueOf(windowMillis, 3);
  }

  BigDecimal graceSeconds() {
    return BigDecimal.valueOf(graceMillis, 3);
  }

  /** Empty if any event time is believed, however far it is ahead. */
  Optional<BigDecimal> futureMaxSeconds() {
    return futureMaxMillis.stream().mapToObj(max -> BigDecimal.valueOf(max, 3)).findFirst();
  }
}
