package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tally.StartsProcesses;
import dev.tally.broker.LocalBroker;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tally does, case by case, when Kafka and the disk disagree: it never guesses. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class DisagreementTest {
  /** RocksDB's files by kind; first those that only a run without damage leaves. */
  private static final List<String> STATE_FILES =
      List.of(".*\\.sst", ".*\\.log", "MANIFEST-.*", "CURRENT", ".*");

  private final Cluster kafka;
  private final LocalBroker broker;
  private final Trial trial;
  private final TopicPartition partition;

  DisagreementTest(Cluster kafka, LocalBroker broker, @TempDir Path folder) throws Exception {
    this.kafka = kafka;
    this.broker = broker;
    this.trial = Trial.create(kafka, folder, 1);
    this.partition = trial.partition(0);
  }

  // --- no commit -----------------------------------------------------------------------------

  @Test
  void withoutCommitAndStateItBeginsAtTheEarliestRow() throws Exception {
    trial.send(0, 100);
    trial.runUntilEnd().done().says("beginning at 0");
    trial.assertExact(100);
    assertEquals(trial.expected(0), trial.answers(0));
  }

  @Test
  void fromLatestOnlyNewRowsAreAnsweredButOldOnesCount() throws Exception {
    trial.send(0, 100);
    trial.runUntilEnd("--start.from=latest").done().says("beginning at 100");
    trial.send(100, 150);
    trial.runUntilEnd().done();
    assertEquals(trial.expected(0).subList(100, 150), trial.answers(0));
  }

  @Test
  void fromATimeOnlyRowsSinceThenAreAnsweredButOldOnesCount() throws Exception {
    kafka.send(Sales.stampedRows(trial.input(), 0, 150));
    Instant row60 = Instant.ofEpochSecond(Sales.FIRST_SECOND + 60 * Sales.STEP_SECONDS);
    trial.runUntilEnd("--start.from=" + row60).done().says("beginning at 60");
    assertEquals(trial.expected(0).subList(60, 150), trial.answers(0));
  }

  @Test
  void aTimeWhoseWindowsReachBeforeTheLogStartIsRefused() throws Exception {
    kafka.send(Sales.stampedRows(trial.input(), 0, 200));
    kafka.deleteRecordsBefore(partition, 150);
    Instant row160 = Instant.ofEpochSecond(Sales.FIRST_SECOND + 160 * Sales.STEP_SECONDS);
    String from = "--start.from=" + row160;
    trial
        .runUntilEnd(from)
        .stopped(Outcome.REFUSED, "retained from offset 150 only", "--on.missing.history");
    assertEquals(List.of(), trial.answers(0));
    trial.runUntilEnd(from, "--on.missing.history=continue").done();
    assertEquals(trial.expected(0).subList(10, 50), trial.answers(0));
  }

  @Test
  void withStateButWithoutCommitItAsksWhereToBegin() throws Exception {
    trial.send(0, 100);
    trial.runUntilEnd().done();
    Cluster.get(kafka.admin().deleteConsumerGroupOffsets(trial.group(), Set.of(partition)).all());
    trial.send(100, 150);
    trial.runUntilEnd().stopped(Outcome.REFUSED, "up to offset 100", "--start.from");
    assertEquals(100, trial.answers(0).size());

    trial.runUntilEnd("--start.from=earliest").done();
    List<String> expected = trial.expected(0);
    assertEquals(joined(expected.subList(0, 100), expected), trial.answers(0));
  }

  // --- a commit that is not what the last run left --------------------------------------------

  @Test
  void anOffsetSetByHandIsObeyed() throws Exception {
    trial.send(0, 200);
    trial.runUntilEnd().done();
    kafka.commitByHand(trial.group(), partition, new OffsetAndMetadata(120));
    trial.send(200, 230);
    trial.runUntilEnd().done().says("set by hand to 120");
    List<String> expected = trial.expected(0);
    assertEquals(joined(expected.subList(0, 200), expected.subList(120, 230)), trial.answers(0));
  }

  @Test
  void anOffsetSetByHandBeforeTheOldestRetainedRowIsRefused() throws Exception {
    trial.send(0, 200);
    trial.runUntilEnd().done();
    kafka.deleteRecordsBefore(partition, 150);
    kafka.commitByHand(trial.group(), partition, new OffsetAndMetadata(120));
    trial.run().stopped(Outcome.REFUSED, "30 rows from 120 on are gone", "30 of them unanswered");
  }

  @Test
  void anOffsetPastTheEndOfTheLogIsRefused() throws Exception {
    trial.send(0, 50);
    trial.runUntilEnd().done();
    kafka.commitByHand(trial.group(), partition, new OffsetAndMetadata(90));
    trial.run().stopped(Outcome.REFUSED, "ends at offset 50", "up to 90");
  }

  @Test
  void otherSettingsAreRefusedUnlessARebuildIsAskedFor() throws Exception {
    trial.send(0, 200);
    trial.runUntilEnd().done();
    trial.send(200, 260);
    trial
        .runUntilEnd("--window=5m")
        .stopped(
            Outcome.REFUSED, "window=600000ms", "window=300000ms", "--on.settings.change rebuild");
    assertEquals(200, trial.answers(0).size());

    trial.runUntilEnd("--window=5m", "--on.settings.change=rebuild").done();
    List<String> ofFive = Naive.answers(kafka.read(trial.input()), 300, "5minutesSum");
    List<String> ofTen = trial.expected(0);
    assertEquals(joined(ofTen.subList(0, 200), ofFive.subList(200, 260)), trial.answers(0));

    // From here on these are the settings.
    trial.send(260, 270);
    trial.runUntilEnd("--window=5m").done().says("state restored at 260");
    assertEquals(270, trial.answers(0).size());
  }

  @Test
  void metadataThatIsNotOursIsRefusedAndNeverTreatedAsAbsent() throws Exception {
    trial.send(0, 50);
    trial.runUntilEnd().done();
    trial.send(50, 60);
    for (String metadata :
        List.of("tally/2;", "tally/2;whatever;it;holds", "tally/1;", "other", " ")) {
      kafka.commitByHand(
          trial.group(), partition, new OffsetAndMetadata(50, Optional.empty(), metadata));
      trial.runUntilEnd().stopped(Outcome.REFUSED, "offset 50", "metadata");
    }
    assertEquals(50, trial.answers(0).size());
  }

  @Test
  void savedStateAheadOfTheCommitShowsThatKafkaLostCommits() throws Exception {
    trial.send(0, 100);
    trial.runUntilEnd().done();
    OffsetAndMetadata at100 = kafka.committed(trial.group(), partition);
    trial.send(100, 150);
    trial.runUntilEnd().done();
    kafka.commitByHand(trial.group(), partition, at100);
    trial
        .runUntilEnd()
        .stopped(Outcome.REFUSED, "up to offset 150", "is 100", "Kafka lost commits");
    assertEquals(150, trial.answers(0).size());
  }

  // --- rows that are needed are gone -----------------------------------------------------------

  @Test
  void historyThatIsNoLongerRetainedIsRefusedOrNamed() throws Exception {
    trial.send(0, 300);
    trial.runUntilEnd().done();
    long replayFrom = replayFrom();
    assertTrue(replayFrom > 100 && replayFrom < 250, "the replay offset is " + replayFrom);
    trial.deleteState();
    kafka.deleteRecordsBefore(partition, 290);
    trial.send(300, 320);
    trial
        .runUntilEnd()
        .stopped(
            Outcome.REFUSED,
            "retained from offset 290 only",
            (290 - replayFrom) + " rows from " + replayFrom + " on are gone",
            "0 of them unanswered",
            "--on.missing.history continue");
    assertEquals(300, trial.answers(0).size());

    trial
        .runUntilEnd("--on.missing.history=continue")
        .done()
        .says("MISSING: offsets " + replayFrom + " to 289 are gone, 0 of them unanswered");
    assertEquals(trial.expected(0).subList(10, 30), trial.answers(0).subList(300, 320));
    assertEquals(320, trial.answers(0).size());
  }

  @Test
  void historyThatIsGoneIsNotNeededWhereStateIsSaved() throws Exception {
    trial.send(0, 300);
    trial.runUntilEnd().done();
    trial.send(300, 320);
    List<String> expected = trial.expected(0);
    kafka.deleteRecordsBefore(partition, 300);
    trial.runUntilEnd().done().says("state restored at 300");
    assertEquals(expected, trial.answers(0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void unansweredRowsThatAreGoneAreRefusedOrCounted(boolean stateKept) throws Exception {
    trial.send(0, 100);
    trial.runUntilEnd().done();
    trial.send(100, 150);
    List<ConsumerRecord<byte[], byte[]>> rows = new ArrayList<>(kafka.read(trial.input()));
    kafka.deleteRecordsBefore(partition, 120);
    if (!stateKept) {
      trial.deleteState();
    }
    trial.runUntilEnd().stopped(Outcome.REFUSED, "20 of them unanswered");
    assertEquals(100, trial.answers(0).size());

    trial
        .runUntilEnd("--on.missing.history=continue")
        .done()
        .says("to 119 are gone, 20 of them unanswered");
    rows.subList(stateKept ? 100 : 0, 120).clear();
    List<String> expected = Naive.answers(rows, 600, "10minutesSum");
    assertEquals(
        expected.subList(expected.size() - 30, expected.size()),
        trial.answers(0).subList(100, 130));

    trial.send(150, 160);
    trial.runUntilEnd().done();
    assertEquals(140, trial.answers(0).size());
  }

  // --- another topic under the same name

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTopicThatWasCreatedAnewIsRefusedAndNotMistakenForTheOldOne(boolean commitKept)
      throws Exception {
    trial.send(0, 100);
    trial.runUntilEnd().done();
    OffsetAndMetadata committed = kafka.committed(trial.group(), partition);
    recreateInput();
    trial.send(1_000, 1_150);
    if (commitKept) {
      // Brokers drop a deleted topic's offsets; mirrors and older tools bring them back.
      kafka.commitByHand(trial.group(), partition, committed);
    }
    trial.runUntilEnd().stopped(Outcome.REFUSED, "created anew");
    assertEquals(100, trial.answers(0).size());

    Cluster.get(kafka.admin().deleteConsumerGroups(List.of(trial.group())).all());
    trial.runUntilEnd("--start.from=earliest").done();
    assertEquals(trial.expected(0), trial.answers(0).subList(100, 250));
    assertEquals(250, trial.answers(0).size());
  }

  private void recreateInput() throws Exception {
    Cluster.get(kafka.admin().deleteTopics(List.of(trial.input())).all());
    Await.until(
        "the group's offsets have gone with the topic",
        () -> "",
        () -> kafka.partitions(trial.input()) == 0 && kafka.committed(trial.group()).isEmpty());
    kafka.createTopic(trial.input(), 1, Map.of());
  }

  // --- partitions

  @Test
  void partitionsThatWereAddedAreRefusedAtTheStart() throws Exception {
    trial.send(0, 100);
    trial.runUntilEnd().done();
    addPartition();
    trial.send(100, 200);
    trial.runUntilEnd().stopped(Outcome.REFUSED, "partitions=1", "partitions=2");
    assertEquals(100, trial.answers(0).size());
  }

  @Test
  void partitionsThatAreAddedEndARunningInstance() throws Exception {
    trial.send(0, 100);
    try (Instance instance = trial.start("--consumer.metadata.max.age.ms=300")) {
      trial.awaitAnswered(instance);
      addPartition();
      instance.awaitEnd().stopped(Outcome.REFUSED, "had 1 partitions and now has 2");
    }
    assertEquals(trial.expected(0), trial.answers(0));
  }

  private void addPartition() throws Exception {
    Cluster.get(
        kafka.admin().createPartitions(Map.of(trial.input(), NewPartitions.increaseTo(2))).all());
    Await.until("there are two", () -> "", () -> kafka.partitions(trial.input()) == 2);
  }

  // --- a log that was rewritten

  @Test
  void aRowBelowTheCommitUnderAHigherLeaderEpochShowsThatTheLogWasRewritten() throws Exception {
    trial.send(0, 100);
    broker.restart(); // which makes a new leader epoch
    trial.send(100, 120);
    trial.runUntilEnd().done();
    OffsetAndMetadata truth = kafka.committed(trial.group(), partition);
    int epoch = truth.leaderEpoch().orElseThrow();
    assertTrue(epoch > 0, "leader epoch " + epoch);
    // As if the offset had been committed before a newer leader replaced the rows below it.
    kafka.commitByHand(
        trial.group(), partition, new OffsetAndMetadata(120, Optional.of(0), truth.metadata()));
    trial.deleteState();
    trial.send(120, 130);
    trial.runUntilEnd().stopped(Outcome.REFUSED, "truncated and rewritten", "offset=100");
    assertEquals(120, trial.answers(0).size());
  }

  @Test
  void aReplayThatDoesNotArriveAtTheCommittedClockIsRefused() throws Exception {
    trial.send(0, 100);
    trial.runUntilEnd().done();
    OffsetAndMetadata truth = kafka.committed(trial.group(), partition);
    String[] fields = truth.metadata().split(";", -1);
    fields[3] = (Long.parseLong(fields[3]) + 1) + "";
    kafka.commitByHand(
        trial.group(),
        partition,
        new OffsetAndMetadata(100, truth.leaderEpoch(), String.join(";", fields)));
    trial.deleteState();
    trial.send(100, 110);
    trial.runUntilEnd().stopped(Outcome.REFUSED, "gives the clock", "the log has changed");
  }

  // --- the disk

  @Test
  void damagedStateIsRebuilt() throws Exception {
    int rows = sendAndRunTwice();
    for (String files : STATE_FILES) {
      damage(files);
      rows = sendAndRun(rows);
    }
    trial.assertExact(rows);
    assertEquals(trial.expected(0), trial.answers(0));
  }

  @Test
  void stateOfWhichFilesAreMissingIsRebuilt() throws Exception {
    int rows = sendAndRunTwice();
    for (String files : STATE_FILES) {
      for (Path file : stateFiles(files)) {
        Files.delete(file);
      }
      rows = sendAndRun(rows);
    }
    trial.assertExact(rows);
    assertEquals(trial.expected(0), trial.answers(0));
  }

  /** The second start moves what the first has saved from the log into sorted files. */
  private int sendAndRunTwice() throws Exception {
    return sendAndRun(sendAndRun(0));
  }

  private int sendAndRun(int rows) throws Exception {
    trial.send(rows, rows + 100);
    trial.runUntilEnd().done();
    return rows + 100;
  }

  private void damage(String name) throws IOException {
    for (Path file : stateFiles(name)) {
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= 0x55;
      }
      Files.write(file, bytes);
    }
  }

  private List<Path> stateFiles(String name) throws IOException {
    try (Stream<Path> all = Files.list(slot(0).resolve("db"))) {
      List<Path> files = all.filter(file -> file.getFileName().toString().matches(name)).toList();
      assertFalse(files.isEmpty(), name);
      return files;
    }
  }

  @Test
  void missingStateIsRebuiltWithoutReadingMoreThanTheHorizon() throws Exception {
    trial.send(0, 300);
    trial.runUntilEnd().done();
    long replayFrom = replayFrom();
    trial.deleteState();
    trial.send(300, 310);
    trial.runUntilEnd().done().says("rebuilt from offset " + replayFrom + ", replaying ");
    trial.assertExact(310);
    assertEquals(trial.expected(0), trial.answers(0));
  }

  @Test
  void stateDeletedUnderARunningInstanceIsRebuiltAtTheNextStart() throws Exception {
    trial.send(0, 200);
    try (Instance instance = trial.start()) {
      trial.awaitAnswered(instance);
      trial.deleteState();
      trial.send(200, 250);
      trial.awaitAnswered(instance);
      instance.terminate().done();
    }
    trial.send(250, 300);
    trial.runUntilEnd().done();
    trial.assertExact(300);
  }

  @Test
  void anInstanceWhoseFolderWasDeletedLeavesItsSlotToTheNextAndGoesOn() throws Exception {
    trial.send(0, 200);
    try (Instance first = trial.start()) {
      trial.awaitAnswered(first);
      trial.deleteState();
      try (Instance second = trial.start()) {
        Await.until(
            "both have a slot",
            () -> first.output() + "-----\n" + second.output(),
            () -> {
              first.requireAlive();
              second.requireAlive();
              return Files.exists(slot(0))
                  && Files.exists(slot(1))
                  && kafka.shares(trial.group()).size() == 2;
            });
        trial.send(200, 250);
        trial.awaitAnswered(first, second);
        first.terminate().done();
        trial.send(250, 300);
        trial.awaitAnswered(second);
        second.terminate().done();
      }
    }
    trial.assertExact(300);
  }

  @Test
  void aStateFolderThatIsAFileIsNoStateFolder() throws Exception {
    trial.send(0, 10);
    Files.writeString(trial.state(), "not a folder", UTF_8);
    trial.runUntilEnd().stopped(Outcome.DISK, trial.state().toString(), "--state.dir");
    Files.delete(trial.state());
    Files.createDirectories(slot(0));
    Files.writeString(slot(0).resolve("db"), "not a database", UTF_8);
    trial.runUntilEnd().stopped(Outcome.DISK, trial.state().toString(), "--state.dir");
    assertEquals(List.of(), trial.answers(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"size=16k", "ro"})
  void aStateFolderThatIsFullOrReadOnlyIsAClearStopAndLosesNothing(String mountOptions)
      throws Exception {
    trial.send(0, 300);
    Files.createDirectories(trial.state());
    assumeTrue(
        ended(0, "mount", "-t", "tmpfs", "-o", mountOptions, "tmpfs", trial.state().toString()),
        "a small or read-only file system is mounted by root only");
    try {
      trial.runUntilEnd().stopped(Outcome.DISK, trial.state().toString(), "--state.dir");
    } finally {
      assertTrue(ended(0, "umount", trial.state().toString()));
    }
    trial.runUntilEnd().done();
    trial.assertExact(300);
  }

  private static boolean ended(int exitCode, String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == exitCode;
  }

  @Test
  void aSlotThatAnotherProcessHoldsIsLeftAlone() throws Exception {
    trial.send(0, 100);
    Files.createDirectories(slot(0));
    try (FileChannel channel =
            FileChannel.open(
                slot(0).resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock();
        Instance instance = trial.start()) {
      assertTrue(held.isValid());
      trial.awaitAnswered(instance);
      instance.terminate().done();
      assertTrue(Files.notExists(slot(0).resolve("db")));
      assertTrue(Files.exists(slot(1).resolve("db")));
    }
    trial.assertExact(100);
  }

  private Path slot(int number) {
    return trial.state().resolve(trial.group()).resolve("slot-" + number);
  }

  private long replayFrom() throws Exception {
    return Long.parseLong(kafka.committed(trial.group(), partition).metadata().split(";", -1)[2]);
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
