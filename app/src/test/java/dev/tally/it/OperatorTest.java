package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.audit.Kind;
import dev.tally.audit.Report;
import dev.tally.audit.StartFrom;
import dev.tally.audit.rollingsum.OnMiskeyed;
import dev.tally.audit.rollingsum.Rules;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators do to groups, topics and settings, before and while an instance runs. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class OperatorTest {
  private final Cluster kafka;
  private final Path folder;

  OperatorTest(Cluster kafka, @TempDir Path folder) {
    this.kafka = kafka;
    this.folder = folder;
  }

  // --- offsets reset with Kafka's own tool ------------------------------------------------------

  @Test
  void offsetsResetToTheEarliestAreObeyedAndEveryRowIsAnsweredOnceMore() throws Exception {
    Trial trial = Trial.create(kafka, folder, 2);
    trial.send(0, 200);
    try (Instance instance = trial.start()) {
      trial.awaitAnswered(instance);
      // Not while it runs: Kafka refuses that, and nothing changes.
      String refused = ConsumerGroupsTool.resetOffsets(trial, "--to-earliest");
      assertTrue(refused.contains("inactive"), refused);
      instance.requireAlive().terminate().done();
    }
    trial.assertExact(200);
    List<Long> answered = List.of(answers(trial, 0), answers(trial, 1));

    ConsumerGroupsTool.resetOffsets(trial, "--to-earliest");
    trial.send(200, 260);
    trial.runUntilEnd().done().says("set by hand to 0");
    for (int partition = 0; partition < 2; partition++) {
      assertAnsweredAgain(trial, partition, answered.get(partition), 0);
    }
    // What an operator finds afterwards: everything that is there twice, and nothing else.
    Report report = trial.audit(Trial.RULES, new StartFrom.Earliest());
    assertEquals(200, report.count(Kind.DUPLICATE), report::toString);
    assertEquals(200, report.disagreements(), report::toString);
  }

  @Test
  void offsetsResetToATimeAreObeyedAndTheRowsSinceThenAreAnsweredOnceMore() throws Exception {
    Trial trial = Trial.create(kafka, folder, 2);
    kafka.send(Sales.stampedRows(trial.input(), 0, 200));
    trial.runUntilEnd().done();
    List<Long> answered = List.of(answers(trial, 0), answers(trial, 1));

    Instant row120 = Instant.ofEpochSecond(Sales.FIRST_SECOND + 120L * Sales.STEP_SECONDS);
    String time = row120.toString().replace("Z", ".000Z");
    ConsumerGroupsTool.resetOffsets(trial, "--to-datetime", time);
    kafka.send(Sales.stampedRows(trial.input(), 200, 260));
    List<Long> from = List.of(committed(trial, 0), committed(trial, 1));
    // Each partition has its own offset for that time; together they are 80 rows before the end.
    assertEquals(120, from.get(0) + from.get(1));
    trial.runUntilEnd().done().says("set by hand to " + from.get(0));
    for (int partition = 0; partition < 2; partition++) {
      assertAnsweredAgain(trial, partition, answered.get(partition), from.get(partition));
    }
  }

  @Test
  void rowsThatAResetSkipsAreNotAnsweredButCount() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.send(0, 100);
    trial.runUntilEnd().done();
    trial.send(100, 150);
    ConsumerGroupsTool.resetOffsets(trial, "--shift-by", "30");
    trial.runUntilEnd().done().says("set by hand to 130");
    List<String> expected = new ArrayList<>(trial.expected(0));
    expected.subList(100, 130).clear();
    assertEquals(expected, trial.answers(0));
  }

  /** The answers that were added are those to the rows from the offset on. */
  private static void assertAnsweredAgain(Trial trial, int partition, long before, long from)
      throws Exception {
    List<String> expected = trial.expected(partition);
    List<String> answers = trial.answers(partition);
    assertEquals(expected.subList(0, (int) before), answers.subList(0, (int) before));
    assertEquals(
        expected.subList((int) from, expected.size()),
        answers.subList((int) before, answers.size()));
  }

  private static long answers(Trial trial, int partition) throws Exception {
    return trial.answers(partition).size();
  }

  private long committed(Trial trial, int partition) throws Exception {
    return kafka.committed(trial.group(), trial.partition(partition)).offset();
  }

  // --- the input topic ---------------------------------------------------------------------------

  /** An instance that stood still meanwhile has not seen that the topic was gone. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTopicThatIsCreatedAnewStopsARunningInstanceBeforeItAnswersAnyOfItsRows(boolean paused)
      throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.send(0, 50);
    trial.runUntilEnd().done();
    trial.send(50, 100);
    try (Instance instance = trial.start()) {
      trial.awaitAnswered(instance);
      if (paused) {
        instance.pause();
      }
      Cluster.get(kafka.admin().deleteTopics(List.of(trial.input())).all());
      Await.until("it is gone", () -> "", () -> kafka.partitions(trial.input()) == 0);
      kafka.createTopic(trial.input(), 1, Map.of());
      // More than were answered: the old offset exists in the new topic, too.
      trial.send(1_000, 1_200);
      if (paused) {
        instance.resume();
      }
      instance.awaitEnd().stopped(Outcome.REFUSED, "created anew");
    }
    assertEquals(100, answers(trial, 0));
    // The next start is refused as well, until an operator decides.
    trial.runUntilEnd().stopped(Outcome.REFUSED, "created anew", "--start.from");
    trial.runUntilEnd("--start.from=earliest").done();
    assertEquals(trial.expected(0), trial.answers(0).subList(100, 300));
    assertEquals(300, answers(trial, 0));
  }

  @Test
  void withAddedPartitionsARebuildAnswersEveryRowByTheHistoryOfItsPartition() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.send(0, 100);
    try (Instance instance = trial.start()) {
      trial.awaitAnswered(instance);
      addPartition(trial);
      instance.awaitEnd().stopped(Outcome.REFUSED, "--on.settings.change rebuild");
    }
    sendByNewKeys(trial, 100, 200);
    trial.runUntilEnd().stopped(Outcome.REFUSED, "partitions=1", "--on.settings.change rebuild");
    trial.runUntilEnd("--on.settings.change=rebuild").done();
    trial.assertExact(200);
    sendByNewKeys(trial, 200, 300);
    trial.runUntilEnd().done();
    trial.assertExact(300);
  }

  @Test
  void startFromLatestLeavesOutWhatWentToAddedPartitionsBefore() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.send(0, 100);
    trial.runUntilEnd().done();
    addPartition(trial);
    sendByNewKeys(trial, 100, 200);
    int left = trial.expected(1).size();
    String[] flags = {"--on.settings.change=rebuild", "--start.from=latest"};
    trial
        .runUntilEnd(flags)
        .done()
        .says(trial.partition(1) + ": no committed offset: beginning at " + left);
    sendByNewKeys(trial, 200, 300);
    trial.runUntilEnd(flags).done();
    // None of those rows is answered, and all of them count in what comes later.
    List<String> expected = new ArrayList<>(trial.expected(0));
    List<String> moved = trial.expected(1);
    expected.addAll(moved.subList(left, moved.size()));
    assertEquals(expected.stream().sorted().toList(), trial.answers(0).stream().sorted().toList());
  }

  private void addPartition(Trial trial) throws Exception {
    String input = trial.input();
    Cluster.get(kafka.admin().createPartitions(Map.of(input, NewPartitions.increaseTo(2))).all());
    Await.until("there are two", () -> "", () -> kafka.partitions(input) == 2);
    kafka.ends(input); // and has a leader
  }

  /** Two of five products are in the second partition now. */
  private void sendByNewKeys(Trial trial, int fromRow, int toRow) throws Exception {
    List<ProducerRecord<byte[], byte[]>> rows = new ArrayList<>();
    for (int n = fromRow; n < toRow; n++) {
      int partition = List.of("code 1", "code 3").contains(Sales.code(n)) ? 1 : 0;
      byte[] key = Sales.code(n).getBytes(UTF_8);
      rows.add(new ProducerRecord<>(trial.input(), partition, key, Sales.value(n).getBytes(UTF_8)));
    }
    kafka.send(rows);
  }

  // --- retention

  @Test
  void rowsThatRetentionTakesAreMissedOnlyWhereTheyAreNeeded() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    kafka.send(Sales.stampedRows(trial.input(), 0, 300));
    trial.runUntilEnd().done();
    trial.assertExact(300);
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, trial.input());
    ConfigEntry anHour = new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, "3600000");
    Cluster.get(
        kafka
            .admin()
            .incrementalAlterConfigs(
                Map.of(topic, Set.of(new AlterConfigOp(anHour, AlterConfigOp.OpType.SET))))
            .all());
    Await.until("retention has taken all", () -> "", () -> kafka.start(trial.partition(0)) == 300);

    // State is saved: nothing that is gone is needed.
    List<ConsumerRecord<byte[], byte[]>> none = kafka.read(trial.input());
    assertEquals(0, none.size());
    trial.runUntilEnd().done().says("state restored at 300");
    trial.deleteState();
    trial.send(300, 320);
    trial
        .runUntilEnd()
        .stopped(Outcome.REFUSED, "retained from offset 300 only", "--on.missing.history continue");
    assertEquals(300, answers(trial, 0));
    trial.runUntilEnd("--on.missing.history=continue").done().says("MISSING: offsets ");
    // The windows begin anew, and every row is answered.
    assertEquals(trial.expected(0), trial.answers(0).subList(300, 320));
  }

  @Test
  void aRunningInstanceThatRetentionOvertakesStops() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.send(0, 100);
    List<String> expected;
    try (Instance instance = trial.start()) {
      trial.awaitAnswered(instance);
      instance.pause();
      // First what a fetch under way can bring, then what it cannot.
      trial.send(100, 110);
      trial.send(110, 200);
      expected = trial.expected(0);
      kafka.deleteRecordsBefore(trial.partition(0), 150);
      instance.resume();
      instance.awaitEnd().stopped(Outcome.REFUSED, "150 only", "of them unanswered");
    }
    List<String> answers = trial.answers(0);
    assertEquals(expected.subList(0, answers.size()), answers);
    assertTrue(answers.size() <= 110, answers.size() + " answers");
  }

  // --- settings

  @Test
  void aLongerWindowAndGraceAreRefusedOrGiveTheSumsOfTheNewOnesFromThereOn() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.send(0, 300);
    trial.runUntilEnd().done();
    String[] changed = {"--window=20m", "--grace=3m"};
    trial
        .runUntilEnd(changed)
        .stopped(Outcome.REFUSED, "window=600000ms", "window=1200000ms", "grace=180000ms");
    trial.send(300, 330);
    // Late by the old grace, not by the new one.
    kafka.send(Sales.rows(trial.input(), 310, 311));
    trial.send(330, 360);
    trial.runUntilEnd("--window=20m", "--grace=3m", "--on.settings.change=rebuild").done();
    List<String> ofTen = Naive.answers(kafka.read(trial.input()), 600, "10minutesSum");
    List<String> ofTwenty = Naive.answers(kafka.read(trial.input()), 1_200, "20minutesSum");
    assertEquals(ofTen.subList(0, 300), trial.answers(0).subList(0, 300));
    assertEquals(ofTwenty.subList(300, 361), trial.answers(0).subList(300, 361));
    assertEquals(List.of(), kafka.read(trial.letters()));
    assertEquals(361, answers(trial, 0));
    // The audit agrees. It knows of one window only, and begins where that one does.
    Rules rules =
        new Rules(
            Duration.ofMinutes(20),
            Duration.ofMinutes(3),
            Optional.of(Duration.ofHours(1)),
            OnMiskeyed.FAIL);
    Report report = trial.audit(rules, new StartFrom.Offsets(Map.of(0, 300L)));
    assertEquals(61, report.answers(), report::toString);
    assertEquals(0, report.count(Kind.MISSING), report::toString);
  }
}
