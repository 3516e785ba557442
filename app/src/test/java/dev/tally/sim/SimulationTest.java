package dev.tally.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Thousands of histories, each decided by its seed.
 *
 * <pre>
 *   mvn -pl app test -Dtest=SimulationTest -Dtally.sim.seeds=1000000
 *   mvn -pl app test -Dtest=SimulationTest -Dtally.sim.from=N -Dtally.sim.seeds=1 \
 *       -Dtally.sim.trace=true
 * </pre>
 *
 * <p>The first runs more of them, the second runs seed N alone and prints everything that happens
 * in it. Where a history goes wrong its seed, the end of its trace and a command to run it again
 * are in the message. With {@code -Dtally.sim.counts=true} it is printed how often each kind of
 * event happened.
 */
@ExtendWith(MutedLog.class)
final class SimulationTest {
  private static final long SEEDS = Long.getLong("tally.sim.seeds", 3000);
  private static final long FROM = Long.getLong("tally.sim.from", 0);
  private static final boolean PRINTS_TRACE = Boolean.getBoolean("tally.sim.trace");
  private static final boolean PRINTS_COUNTS = Boolean.getBoolean("tally.sim.counts");
  // Fewer than these need not show every kind of history.
  private static final long REPRESENTATIVE_SEEDS = 1000;
  private static final int TRACE_LINES_MAX = 400;

  @Test
  void nothingIsLostNothingIsAnsweredTwiceAndNothingIsWrong() {
    long stopped = 0;
    long answers = 0;
    Map<String, Integer> events = new LinkedHashMap<>();
    for (long seed = FROM; seed < FROM + SEEDS; seed++) {
      Simulation.Outcome outcome = run(seed);
      stopped += outcome.stopped() ? 1 : 0;
      answers += outcome.answers();
      outcome.events().forEach((name, count) -> events.merge(name, count, Integer::sum));
    }
    System.out.printf("%,d seeds, %,d had to stop, %,d answers%n", SEEDS, stopped, answers);
    if (PRINTS_COUNTS) {
      events.forEach((name, count) -> System.out.printf("%,12d  %s%n", count, name));
    }
    if (SEEDS >= REPRESENTATIVE_SEEDS) {
      assertTrue(stopped > SEEDS / 10 && stopped < SEEDS / 2, stopped + " stopped");
      events.forEach((name, count) -> assertTrue(count > 0, "it never happened that " + name));
    }
  }

  @Test
  void aSeedDecidesEverything() {
    List<String> once = new ArrayList<>();
    List<String> again = new ArrayList<>();
    for (long seed = 0; seed < 20; seed++) {
      Simulation.run(seed, once::add);
      Simulation.run(seed, again::add);
    }
    assertEquals(once, again);
  }

  private static Simulation.Outcome run(long seed) {
    Consumer<String> trace = System.out::println;
    try {
      return Simulation.run(seed, PRINTS_TRACE ? trace : null);
    } catch (RuntimeException | Error e) {
      return fail(replayed(seed, e), e);
    }
  }

  /** Runs a history that went wrong once more, and tells what happened until then. */
  private static String replayed(long seed, Throwable failure) {
    List<String> trace = new ArrayList<>();
    String what = "it does not happen again: " + failure;
    try {
      Simulation.run(seed, trace::add);
    } catch (RuntimeException | Error again) {
      what = again.toString();
    }
    int from = Math.max(0, trace.size() - TRACE_LINES_MAX);
    return String.format(
        "seed %d: %s%n"
            + "replay: mvn -pl app test -Dtest=SimulationTest -Dtally.sim.from=%d"
            + " -Dtally.sim.seeds=1 -Dtally.sim.trace=true%n%s",
        seed, what, seed, String.join("\n", trace.subList(from, trace.size())));
  }
}
