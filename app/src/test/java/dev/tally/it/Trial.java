package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.Progress;
import dev.tally.audit.Report;
import dev.tally.audit.StartFrom;
import dev.tally.audit.rollingsum.Audit;
import dev.tally.audit.rollingsum.OnMiskeyed;
import dev.tally.audit.rollingsum.Rules;
import dev.tally.cli.Tally;
import dev.tally.kafka.ClientSettings;
import dev.tally.state.Damage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * The rolling sum on topics, a group and a state folder of its own.
 *
 * @param folder holds everything on disk
 * @param started every instance, including those that have ended
 */
record Trial(
    Cluster kafka,
    Path folder,
    String input,
    String output,
    String letters,
    String group,
    List<Instance> started) {
  static final Rules RULES =
      new Rules(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          OnMiskeyed.FAIL);

  private static final Duration RUN_MAX = Duration.ofSeconds(90);

  /** A new trial with an input topic of its own. */
  static Trial create(Cluster kafka, Path folder, int partitions) throws Exception {
    String input = "in-" + UUID.randomUUID();
    kafka.createTopic(input, partitions, Map.of());
    return on(kafka, folder, input);
  }

  /** A new trial on an existing input topic. */
  static Trial on(Cluster kafka, Path folder, String input) {
    String id = UUID.randomUUID().toString();
    return new Trial(
        kafka, folder, input, "out-" + id, "letters-" + id, "group-" + id, new ArrayList<>());
  }

  Path state() {
    return folder.resolve("state");
  }

  TopicPartition partition(int number) {
    return new TopicPartition(input, number);
  }

  private List<String> arguments(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "rolling-sum",
                "--bootstrap.servers=" + kafka.bootstrapServers(),
                "--input.topic=" + input,
                "--output.topic=" + output,
                "--dead.letter.topic=" + letters,
                "--group.id=" + group,
                "--state.dir=" + state()));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** Starts an instance as a process. */
  Instance start(String... more) throws IOException {
    return start(List.of(), more);
  }

  /** The same with further options of its JVM. */
  Instance start(List<String> jvmOptions, String... more) throws IOException {
    Instance instance =
        Instance.start(
            jvmOptions, arguments(more), Files.createTempFile(folder, "instance-", ".log"));
    started.add(instance);
    return instance;
  }

  /** Runs in this process until every row that is there is answered. */
  Outcome runUntilEnd(String... more) throws Exception {
    List<String> flags = new ArrayList<>(List.of("--until.end"));
    flags.addAll(List.of(more));
    return run(flags.toArray(String[]::new));
  }

  /** Runs in this process until it ends by itself. */
  Outcome run(String... more) throws Exception {
    return inProcess(arguments(more));
  }

  /** Runs a command in this process until it ends. */
  static Outcome inProcess(List<String> arguments) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream capture = new PrintStream(printed, true, UTF_8);
    PrintStream out = System.out;
    PrintStream err = System.err;
    System.setOut(capture);
    System.setErr(capture);
    try {
      CompletableFuture<Integer> exitCode = new CompletableFuture<>();
      String[] command = arguments.toArray(String[]::new);
      Thread thread = new Thread(() -> exitCode.complete(Tally.run(command)), "tally in-process");
      thread.setDaemon(true);
      thread.start();
      thread.join(RUN_MAX.toMillis());
      if (!exitCode.isDone()) {
        fail("does not end:\n" + printed.toString(UTF_8));
      }
      return new Outcome(exitCode.get(), printed.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** SIGKILL while a transaction of the group is open. */
  void killInTransaction(Instance instance) throws Exception {
    Await.until(
        "it stands still in a transaction",
        instance::output,
        () -> {
          instance.pause();
          if (kafka.inTransaction(group)) {
            return true;
          }
          instance.resume();
          return false;
        });
    instance.kill().killed();
  }

  void send(int fromRow, int toRow) throws Exception {
    kafka.send(Sales.rows(input, fromRow, toRow));
  }

  /** Waits until every row that is there now is answered, while these run. */
  void awaitAnswered(Instance... instances) throws Exception {
    Await.until(
        "all is answered",
        () -> outputs(List.of(instances)),
        () -> {
          Stream.of(instances).forEach(Instance::requireAlive);
          return kafka.lag(group, input) == 0;
        });
  }

  /** Waits until this many more rows are answered, while these instances run. */
  void awaitProgress(long rows, Instance... instances) throws Exception {
    long goal = kafka.answered(group) + rows;
    Await.until(
        rows + " more rows are answered",
        () -> outputs(List.of(instances)),
        () -> {
          Stream.of(instances).forEach(Instance::requireAlive);
          return kafka.answered(group) >= goal;
        });
  }

  /** Waits until the group has this many members and they share all partitions. */
  void awaitShared(int members, Instance... instances) throws Exception {
    int partitions = kafka.partitions(input);
    Await.until(
        members + " members share " + partitions + " partitions",
        () -> outputs(List.of(instances)),
        () -> {
          Stream.of(instances).forEach(Instance::requireAlive);
          List<Integer> shares = kafka.shares(group);
          long wanted = Math.min(members, partitions);
          return shares.size() == members
              && shares.stream().mapToInt(share -> share).sum() == partitions
              && shares.stream().filter(share -> share > 0).count() == wanted;
        });
  }

  /** Ends these in order, all at once. */
  static void end(Instance... instances) throws Exception {
    for (Instance instance : instances) {
      instance.requireAlive().askToEnd();
    }
    for (Instance instance : instances) {
      instance.awaitEnd().done();
    }
  }

  private static String outputs(Iterable<Instance> instances) {
    StringBuilder outputs = new StringBuilder();
    for (Instance instance : instances) {
      outputs.append(instance.output()).append("-----\n");
    }
    return outputs.toString();
  }

  /**
   * Starts an instance again, ends it in order once every row is answered, and checks every answer.
   *
   * @param progress rows that it has to answer before the load ends
   * @return how many rows there were
   */
  long finish(Load load, long progress, String... flags) throws Exception {
    try (Instance instance = start(flags)) {
      awaitProgress(progress, instance);
      long rows = load.end();
      awaitAnswered(instance);
      end(instance);
      assertExact(rows);
      return rows;
    }
  }

  Report audit(Rules rules, StartFrom startFrom) {
    return Audit.run(
        new AuditSettings(
            new ClientSettings(kafka.bootstrapServers(), Map.of()),
            input,
            output,
            letters,
            group,
            startFrom),
        rules,
        Progress.NONE);
  }

  /** Every row has exactly its answer or its dead letter, and none is still to come. */
  Report assertExact(long rows, Rules rules) {
    Report report = audit(rules, new StartFrom.Earliest());
    Supplier<String> found = () -> report + "\n" + outputs(started);
    assertTrue(report.agrees(), found);
    assertEquals(0, report.pending(), found);
    assertEquals(0, report.unchecked(), found);
    assertEquals(rows, report.rows(), found);
    return report;
  }

  void assertExact(long rows) {
    assertExact(rows, RULES);
  }

  /** The answers that are due in one partition, recomputed here, in the order of the rows. */
  List<String> expected(int partition) throws Exception {
    return Naive.answers(kafka.read(List.of(partition(partition))), 600, "10minutesSum");
  }

  /** What was answered in one partition, in order. */
  List<String> answers(int partition) throws Exception {
    if (kafka.partitions(output) == 0) {
      return List.of(); // nothing got far enough to create it
    }
    return kafka.read(List.of(new TopicPartition(output, partition))).stream()
        .map(answer -> new String(answer.value(), UTF_8))
        .toList();
  }

  void deleteState() throws IOException {
    Damage.deleteTree(state());
  }
}
