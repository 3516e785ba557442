package dev.tally.cli;

import dev.tally.Stop;
import dev.tally.engine.SavedPosition;
import dev.tally.job.Damaged;
import dev.tally.job.KeyedState;
import dev.tally.job.Shard;
import dev.tally.job.StateLost;
import dev.tally.job.StateStore;
import dev.tally.state.RocksSlots;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** `tally state`: what a stopped instance has saved. */
@Command(
    name = "state",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints what stopped instances of a job have saved; changes nothing.")
final class StateCommand implements Callable<Integer> {
  /** A job whose state can be shown is one of these. */
  private static final List<SavedJob> JOBS =
      List.of(new SavedRollingSum(), new SavedUniqueUsers(), new SavedTopIndustries());

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private ConfigOption config = new ConfigOption();

  @Mixin private StateDirOption stateDir = new StateDirOption();

  @Mixin private GroupOption group = new GroupOption(RollingSumOptions.GROUP_ID);

  @Option(
      names = "--windows",
      defaultValue = "10",
      paramLabel = "N",
      description =
          "Windows to print for each partition, those with the most rows first."
              + " Default: ${DEFAULT-VALUE}.")
  private int windowsMax;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  private final List<Stop> failures = new ArrayList<>();

  @Override
  public Integer call() {
    if (windowsMax < 0) {
      throw Stop.usage("--windows %d: give 0 or more.", windowsMax);
    }
    String groupId = group.id();
    Path folder = stateDir.folder();
    if (Files.notExists(folder)) {
      throw Stop.usage("--state.dir %s: there is no such folder.", folder);
    }
    try (RocksSlots slots = new RocksSlots(folder, groupId)) {
      slots.numbers().forEach(slot -> print(slots, slot));
    }
    if (failures.size() > 1) {
      out().printf("%d of these could not be shown.%n", failures.size());
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
    return 0;
  }

  /** A failure is noted, and does not keep the other slots from being printed. */
  private void print(RocksSlots slots, int slot) {
    try (StateStore store = slots.look(slot)) {
      if (store == null || store.partitions().isEmpty()) {
        out().printf("slot-%d%n  nothing saved yet%n", slot);
        return;
      }
      for (String partition : store.partitions()) {
        out().printf("slot-%d  %s%n", slot, partition);
        print(store.open(partition), slot, partition);
      }
    } catch (Stop stop) {
      out().printf("slot-%d%n", slot);
      fail(stop);
    }
  }

  private void print(KeyedState state, int slot, String partition) {
    try {
      SavedPosition.read(state, fingerprint -> saved(fingerprint).of(fingerprint))
          .ifPresentOrElse(
              position -> print(position, state), () -> out().printf("  nothing saved yet%n"));
    } catch (Stop stop) {
      fail(Stop.refused("slot-%d, %s: %s", slot, partition, stop.getMessage()));
    } catch (StateLost | Damaged e) {
      fail(
          Stop.disk(
              "slot-%d, %s is damaged: %s. The next start rebuilds it from the input.",
              slot, partition, e.getMessage()));
    }
  }

  private void fail(Stop stop) {
    failures.add(stop);
    out().printf("  cannot be shown: %s%n", stop.getMessage());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void print(SavedPosition position, KeyedState state) {
    PrintWriter out = out();
    out.printf(Locale.ROOT, "  offset       %,d%n", position.offset());
    out.printf(Locale.ROOT, "  exact from   %,d%n", position.exactFrom());
    out.printf(
        Locale.ROOT,
        "  replay from  %,d (what a machine without this state reads)%n",
        position.replayFrom());
    out.printf(Locale.ROOT, "  clock        %s%n", time(position.clockNanos()));
    out.printf(Locale.ROOT, "  horizon      %s%n", time(position.horizonNanos()));
    out.printf(Locale.ROOT, "  topic id     %s%n", position.topicId());
    out.printf(Locale.ROOT, "  settings     %s%n", position.fingerprint());
    if (position.clockNanos() == Shard.NO_CLOCK) {
      return;
    }
    saved(position.fingerprint()).print(position, state, windowsMax, out);
  }

  /** The job that state is of; the first one's refusal stands for that of all of them. */
  private static SavedJob saved(String fingerprint) {
    return JOBS.stream().filter(job -> job.recognises(fingerprint)).findFirst().orElse(JOBS.get(0));
  }

  private static String time(long nanos) {
    if (nanos == Shard.NO_CLOCK) {
      return "none: no row was accepted yet";
    }
    BigDecimal seconds = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    return seconds.toPlainString() + " (" + Instant.ofEpochSecond(0, nanos) + ")";
  }
}
