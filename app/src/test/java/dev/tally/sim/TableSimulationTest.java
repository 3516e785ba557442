package dev.tally.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Hundreds of histories of a job with a table, each decided by its seed. It takes the same
 * properties as {@link SimulationTest}:
 *
 * <pre>
 *   mvn -pl app test -Dtest=TableSimulationTest -Dtally.sim.seeds=100000
 *   mvn -pl app test -Dtest=TableSimulationTest -Dtally.sim.from=N -Dtally.sim.seeds=1 \
 *       -Dtally.sim.trace=true
 * </pre>
 */
@ExtendWith(MutedLog.class)
final class TableSimulationTest {
  private static final long SEEDS = Long.getLong("tally.sim.seeds", 1000);
  private static final long FROM = Long.getLong("tally.sim.from", 0);
  private static final boolean PRINTS_TRACE = Boolean.getBoolean("tally.sim.trace");
  private static final boolean PRINTS_COUNTS = Boolean.getBoolean("tally.sim.counts");
  // Fewer than these need not show every kind of history.
  private static final long REPRESENTATIVE_SEEDS = 200;
  private static final int TRACE_LINES_MAX = 200;

  @Test
  void everyRowIsGivenOnceAndNothingIsAnsweredBeforeTheTableIsRead() {
    long answers = 0;
    Map<String, Integer> events = new LinkedHashMap<>();
    for (long seed = FROM; seed < FROM + SEEDS; seed++) {
      TableSimulation.Outcome outcome = run(seed);
      answers += outcome.answers();
      outcome.events().forEach((name, count) -> events.merge(name, count, Integer::sum));
    }
    System.out.printf("%,d seeds, %,d answers%n", SEEDS, answers);
    if (PRINTS_COUNTS) {
      events.forEach((name, count) -> System.out.printf("%,12d  %s%n", count, name));
    }
    if (SEEDS >= REPRESENTATIVE_SEEDS) {
      assertTrue(answers > 10 * SEEDS, answers + " answers");
      events.forEach((name, count) -> assertTrue(count > 0, "it never happened that " + name));
    }
  }

  @Test
  void aSeedDecidesEverything() {
    List<String> once = new ArrayList<>();
    List<String> again = new ArrayList<>();
    for (long seed = 0; seed < 5; seed++) {
      TableSimulation.run(seed, once::add);
      TableSimulation.run(seed, again::add);
    }
    assertEquals(once, again);
  }

  private static TableSimulation.Outcome run(long seed) {
    List<String> trace = new ArrayList<>();
    try {
      return TableSimulation.run(seed, PRINTS_TRACE ? System.out::println : null);
    } catch (RuntimeException | Error e) {
      try {
        TableSimulation.run(seed, trace::add);
      } catch (RuntimeException | Error again) {
        trace.add(again.toString());
      }
      int from = Math.max(0, trace.size() - TRACE_LINES_MAX);
      return fail(
          String.format(
              "seed %d: %s%n"
                  + "replay: mvn -pl app test -Dtest=TableSimulationTest -Dtally.sim.from=%d"
                  + " -Dtally.sim.seeds=1 -Dtally.sim.trace=true%n%s",
              seed, e, seed, String.join("\n", trace.subList(from, trace.size()))),
          e);
    }
  }
}
