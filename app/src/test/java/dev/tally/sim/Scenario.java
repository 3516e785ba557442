package dev.tally.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.jobs.rollingsum.RollingSum;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A history that is told step by step. There is one input partition; sums are over 10 seconds, with
 * a grace of 5; state is saved at every step; nothing goes wrong unless it is told. Whatever a
 * {@link Simulation} checks is checked here as well.
 *
 * <p>How much a poll returns, and other choices of the brokers, are decided by the seed {@code
 * tally.sim.from}; no outcome may depend on it. With {@code -Dtally.sim.trace=true} everything that
 * happens is printed.
 */
final class Scenario implements Fate {
  private static final int STEPS_MAX = 2_000;
  private static final int PARTITION = 0;
  private static final Pattern ANSWER =
      Pattern.compile("\\{\"StockCode\":\"(.*)\",\"Epoch\":(\\d+),\"\\w+Sum\":(-?\\d+)\\}");

  /** What happens to a process when it reaches a point; once. */
  private record Script(Instance instance, Point point, Runnable action) {}

  private final World world;
  private @Nullable Script script;
  private @Nullable String stop;
  // How the current call fails; null if it does not.
  private Caller.@Nullable Fault failing;

  Scenario() {
    Settings.Limits limits =
        new Settings.Limits(Duration.ZERO, Duration.ZERO, 1 << 20, Integer.MAX_VALUE);
    Settings settings = new Settings(rules(10_000, "10secondsSum"), limits);
    Random brokers = new Random(Long.getLong("tally.sim.from", 0));
    this.world =
        new World(brokers, 1, 0, settings, this, (instance, message) -> stop = message, trace());
  }

  private static @Nullable Consumer<String> trace() {
    return Boolean.getBoolean("tally.sim.trace") ? System.out::println : null;
  }

  private static Rules rules(long windowMillis, String sumName) {
    return new Rules(
        windowMillis, sumName, 5_000, OptionalLong.empty(), RollingSum.Miskeyed.ACCEPT);
  }

  // --- the input

  /** A row for an amount, at a second of event time. */
  Scenario sale(String code, int second, int amount) {
    String epoch = Integer.toString(second);
    String value =
        String.format(
            "{\"StockCode\":\"%s\",\"Quantity\":1,\"Price\":%d,\"InvoiceDate\":%s}",
            code, amount, epoch);
    Row.Sale sale =
        new Row.Sale(code, BigDecimal.valueOf(amount), BigDecimal.valueOf(second), epoch);
    log().append(new Row(code.getBytes(UTF_8), value.getBytes(UTF_8), 0, sale), true);
    return this;
  }

  /** A record that is no sale. */
  Scenario nonsense() {
    log().append(new Row(null, "nonsense".getBytes(UTF_8), 0, null), true);
    return this;
  }

  private Log log() {
    return world.cluster.logs.get(PARTITION);
  }

  /** Retention deletes all records before an offset. */
  void retainFrom(long offset) {
    log().retainFrom(offset);
  }

  /** An unclean election: records from an offset on are gone, and others may take their place. */
  void truncateTo(long offset) {
    log().truncateTo(offset);
    world.ledger.rewritten(PARTITION);
  }

  // --- machines and processes

  Machine machine() {
    return world.addMachine(world.machines.size());
  }

  /** Another machine with the same {@code --instance.id}. */
  Machine namesake(Machine machine) {
    return world.addMachine(machine.number);
  }

  Scenario start(Machine machine) {
    world.start(machine);
    return this;
  }

  /** Kills the process, as SIGKILL does. */
  Scenario kill(Machine machine) {
    process(machine).die();
    return this;
  }

  /** Ends the process in order, as SIGTERM does. */
  Scenario end(Machine machine) {
    process(machine).end();
    return this;
  }

  /** Runs a process up to a point, and kills it there. */
  Scenario killAt(Point point, Machine machine) {
    return meanwhile(point, machine, () -> process(machine).die());
  }

  /** Runs a process up to a point, and has it stand still there while other things happen. */
  Scenario meanwhile(Point point, Machine machine, Runnable others) {
    Instance process = process(machine);
    script = new Script(process, point, others);
    for (int i = 0; i < STEPS_MAX && script != null; i++) {
      step(process);
    }
    if (script != null) {
      throw new AssertionError(point + " is never reached");
    }
    return this;
  }

  /** Runs a process up to a point; the call that it makes there fails. */
  Scenario failAt(Point point, Machine machine, Caller.Fault fault) {
    return meanwhile(point, machine, () -> failing = fault);
  }

  /** Runs every process until all rows are answered. */
  Scenario catchUp() {
    for (int i = 0; i < STEPS_MAX; i++) {
      if (committed() == log().stableEnd()) {
        return this;
      }
      stepAll();
    }
    throw new AssertionError("committed up to " + committed() + " of " + log().stableEnd());
  }

  /** Runs every process until a worker stops, unless one already has; returns its message. */
  String awaitStop() {
    for (int i = 0; i < STEPS_MAX && stop == null; i++) {
      stepAll();
    }
    if (stop == null) {
      throw new AssertionError("no worker stops");
    }
    String message = stop;
    stop = null;
    return message;
  }

  private void stepAll() {
    for (Instance process : List.copyOf(world.instances)) {
      if (!process.dead() && !process.busy()) {
        step(process);
      }
    }
  }

  private void step(Instance process) {
    process.step();
    world.invariants.check();
  }

  private static Instance process(Machine machine) {
    return Objects.requireNonNull(machine.instance(), "nothing was started");
  }

  @Override
  public void reaches(Instance instance, Point point) {
    Script current = script;
    if (current != null && current.instance() == instance && current.point() == point) {
      script = null;
      current.action().run();
    }
  }

  @Override
  public boolean fails(Instance instance, Caller.Fault fault, int perMille) {
    if (fault != failing) {
      return false;
    }
    failing = null;
    return true;
  }

  // --- the group, and its operators

  /** The group goes on without the workers of this machine. */
  Scenario expel(Machine machine) {
    world.expel(machine.namePrefix());
    return this;
  }

  /** Another producer opens the name of this machine's worker, and then does nothing. */
  Scenario fence(Machine machine) {
    world.cluster.openName(machine.namePrefix() + "-0");
    return this;
  }

  /** Operators stop everything and reset the group's offset. */
  Scenario resetOffset(long to) {
    world.killAll();
    world.setOffset(PARTITION, to);
    return this;
  }

  /** Operators stop everything and ask for sums over a minute. */
  Scenario changeWindowToAMinute() {
    world.killAll();
    world.changeSettings(rules(60_000, "1minutesSum"), false);
    return this;
  }

  /** As {@code --on.settings.change rebuild}. */
  Scenario acceptSettingsChange() {
    world.settings.rebuildOnSettingsChange = true;
    world.ledger.allowSettingsToChange();
    return this;
  }

  /** As {@code --on.missing.history continue}. */
  Scenario acceptMissingHistory() {
    world.settings.continueOnMissingHistory = true;
    world.ledger.acceptGap(PARTITION);
    return this;
  }

  /** As {@code --on.bad.record}, `stop` or `dead-letter`. */
  Scenario stopOnBadRecords(boolean stops) {
    world.settings.stopsOnUnreadable = stops;
    world.ledger.refuse(world.settings.fatal());
    return this;
  }

  /** Everything is stopped, and Kafka loses the last commit. */
  Scenario loseLastCommit() {
    world.killAll();
    List<OffsetAndMetadata> history = world.ledger.history(PARTITION);
    OffsetAndMetadata before = history.get(history.size() - 2);
    world.cluster.setOffset(PARTITION, before);
    world.ledger.goBack(PARTITION, before);
    world.invariants.commitsLost();
    return this;
  }

  // --- what came of it

  /** Committed answers, in order, each as `CODE at SECOND: SUM`. */
  List<String> answers() {
    return produced(World.OUTPUT)
        .map(
            answer -> {
              Matcher parts = ANSWER.matcher(new String(answer.value(), UTF_8));
              return parts.replaceFirst("$1 at $2: $3");
            })
        .toList();
  }

  /** Committed dead letters, each as `OFFSET: REASON`. */
  List<String> deadLetters() {
    return produced(World.DEAD_LETTERS)
        .map(
            letter ->
                header(letter, "tally.error.offset") + ": " + header(letter, "tally.error.reason"))
        .toList();
  }

  private Stream<ProducerRecord<byte[], byte[]>> produced(String topic) {
    return world.cluster.produced().stream().filter(record -> record.topic().equals(topic));
  }

  private static String header(ProducerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  /** The committed offset, -1 if there is none. */
  long committed() {
    OffsetAndMetadata decided = world.cluster.decided(PARTITION);
    return decided == null ? -1 : decided.offset();
  }

  /** The committed replay offset: where a machine without a disk has to begin. */
  long replayOffset() {
    OffsetAndMetadata decided = Objects.requireNonNull(world.cluster.decided(PARTITION));
    return Metadata.parse(decided.metadata()).replayFrom();
  }

  /** The saved offset on this machine, -1 if nothing is saved. */
  long saved(Machine machine) {
    List<Saved> saved = machine.saved(PARTITION);
    return saved.isEmpty() ? -1 : saved.get(0).offset();
  }
}
