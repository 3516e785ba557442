package dev.tally.cli;

import dev.tally.engine.SavedPosition;
import dev.tally.job.Damaged;
import dev.tally.job.KeyedState;
import dev.tally.job.Shard;
import dev.tally.job.StateLost;
import dev.tally.job.StateStore;
import dev.tally.job.Stop;
import dev.tally.rollingsum.RollingSum;
import dev.tally.rollingsum.RollingSum.SavedWindow;
import dev.tally.state.RocksSlots;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** `tally state`: what a stopped instance has saved. */
@Command(
    name = "state",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints what stopped instances of rolling-sum have saved; changes nothing.")
final class StateCommand implements Callable<Integer> {
  @Option(
      names = "--state.dir",
      paramLabel = "DIR",
      description = "State folder. Default: as for rolling-sum.")
  private @Nullable Path stateDir;

  @Option(
      names = "--group.id",
      defaultValue = "tally-rolling-sum",
      paramLabel = "ID",
      description = "Consumer group. Default: ${DEFAULT-VALUE}.")
  private String groupId = "";

  @Option(
      names = "--windows",
      defaultValue = "10",
      paramLabel = "N",
      description =
          "Print the N windows with most rows of each partition. Default:" + " ${DEFAULT-VALUE}.")
  private int windowsMax;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() {
    if (windowsMax < 0) {
      throw Stop.usage("--windows %d: give 0 or more.", windowsMax);
    }
    Path folder = stateDir == null ? StateFolder.byDefault() : stateDir;
    if (!Files.isDirectory(folder)) {
      throw Stop.usage("--state.dir %s: there is no such folder.", folder);
    }
    PrintWriter out = spec.commandLine().getOut();
    try (RocksSlots slots = new RocksSlots(folder, groupId)) {
      slots.visit(store -> print(store, out));
    } catch (StateLost | Damaged e) {
      throw Stop.disk(
          "the saved state in %s is damaged: %s. The next start rebuilds it from the input.",
          folder, e.getMessage());
    }
    out.flush();
    return 0;
  }

  private void print(StateStore store, PrintWriter out) {
    for (String partition : store.partitions()) {
      KeyedState state = store.open(partition);
      Optional<SavedPosition> position = SavedPosition.read(state, RollingSum::ofFingerprint);
      out.printf("slot-%d  %s%n", store.slot(), partition);
      position.ifPresentOrElse(
          found -> print(found, state, out), () -> out.println("  nothing saved yet"));
    }
  }

  private void print(SavedPosition position, KeyedState state, PrintWriter out) {
    out.printf("  offset       %,d%n", position.offset());
    out.printf("  exact from   %,d%n", position.exactFrom());
    out.printf(
        "  replay from  %,d (what a machine without this state reads)%n", position.replayFrom());
    out.printf("  clock        %s%n", time(position.clockNanos()));
    out.printf("  horizon      %s%n", time(position.horizonNanos()));
    out.printf("  topic id     %s%n", position.topicId());
    out.printf("  settings     %s%n", position.fingerprint());
    if (position.clockNanos() == Shard.NO_CLOCK) {
      return;
    }
    RollingSum job = RollingSum.ofFingerprint(position.fingerprint());
    List<SavedWindow> windows = job.windows(state, position.clockNanos());
    long rows = windows.stream().mapToLong(SavedWindow::rows).sum();
    out.printf("  windows      %,d StockCodes with %,d rows in their sums%n", windows.size(), rows);
    windows.stream()
        .sorted(Comparator.comparingInt(SavedWindow::rows).reversed())
        .limit(windowsMax)
        .forEach(
            window ->
                out.printf(
                    "    %-14s %,8d rows  sum %s  at %s%n",
                    window.stockCode(),
                    window.rows(),
                    window.sum().toPlainString(),
                    window.newestSeconds().toPlainString()));
  }

  private static String time(long nanos) {
    if (nanos == Shard.NO_CLOCK) {
      return "none: no row was accepted yet";
    }
    BigDecimal seconds = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    return seconds.toPlainString() + " (" + Instant.ofEpochSecond(0, nanos) + ")";
  }
}
