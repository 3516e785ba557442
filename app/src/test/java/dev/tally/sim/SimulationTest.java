package dev.tally.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Thousands of histories. More of them: {@code mvn -pl app test -Dtest=SimulationTest
 * -Dtally.sim.seeds=1000000}; another beginning: {@code -Dtally.sim.from=N}.
 */
final class SimulationTest {
  private static final long SEEDS = Long.getLong("tally.sim.seeds", 3000);
  private static final long FROM = Long.getLong("tally.sim.from", 0);
  private static final int TRACE_LINES_MAX = 400;
  private static final PrintStream ERR = System.err;

  @BeforeAll
  static void whatWorkersLogIsNotRead() {
    System.setErr(new PrintStream(OutputStream.nullOutputStream()));
  }

  @AfterAll
  static void errorsAreReadAgain() {
    System.setErr(ERR);
  }

  @Test
  void nothingIsLostNothingIsAnsweredTwiceAndNothingIsWrong() {
    long stopped = 0;
    long answers = 0;
    for (long seed = FROM; seed < FROM + SEEDS; seed++) {
      Simulation.Outcome outcome = run(seed);
      stopped += outcome.stopped() ? 1 : 0;
      answers += outcome.answers();
    }
    System.out.printf("%,d seeds, %,d had to stop, %,d answers%n", SEEDS, stopped, answers);
    // The histories that have to stop are there, and so are the others.
    assertTrue(SEEDS < 100 || (stopped > SEEDS / 10 && stopped < SEEDS / 2), stopped + " stopped");
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
    try {
      return Simulation.run(seed, null);
    } catch (RuntimeException | Error e) {
      List<String> trace = new ArrayList<>();
      String replayed = "it does not happen again: " + e;
      try {
        Simulation.run(seed, trace::add);
      } catch (RuntimeException | Error sameAgain) {
        replayed = sameAgain.toString();
      }
      int from = Math.max(0, trace.size() - TRACE_LINES_MAX);
      return fail(
          String.format(
              "seed %d: %s%nreplay: mvn -pl app test -Dtest=SimulationTest -Dtally.sim.from=%d"
                  + " -Dtally.sim.seeds=1%n%s",
              seed, replayed, seed, String.join("\n", trace.subList(from, trace.size()))),
          e);
    }
  }
}
