package dev.tally.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tally.StartsProcesses;
import dev.tally.audit.Kind;
import dev.tally.audit.Report;
import dev.tally.audit.StartFrom;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user meets at the command line: exit codes, single lines, an end in good order. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class CommandLineTest {
  private final Cluster kafka;
  private final Path folder;

  CommandLineTest(Cluster kafka, @TempDir Path folder) {
    this.kafka = kafka;
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource({
    "--wibble=1, --wibble",
    "--threads=0, --threads is 0",
    "--window=soon, soon",
    "--producer.transactional.id=mine, --producer.transactional.id",
    "--consumer.enable.auto.commit=true, --consumer.enable.auto.commit",
    "--consumer.auto.offset.reset=latest, --consumer.auto.offset.reset",
    "--consumer.no.such.setting=1, no.such.setting",
    "--config=/no/such/file, /no/such/file",
  })
  void aWrongFlagIsNamedInOneLine(String flag, String named) throws Exception {
    Trial.on(kafka, folder, "never-asked-for").run(flag).stopped(Outcome.USAGE, named);
  }

  @Test
  void aMissingInputTopicIsNamed() throws Exception {
    Trial trial = Trial.on(kafka, folder, "missing-" + UUID.randomUUID());
    try (Instance instance = trial.start()) {
      instance.awaitEnd().stopped(Outcome.KAFKA, trial.input(), "--input.topic");
    }
    assertEquals(0, kafka.partitions(trial.output()));
  }

  @Test
  void aBrokerThatDoesNotAnswerIsGivenUp() throws Exception {
    try (Instance instance = at("127.0.0.1:1")) {
      instance.awaitEnd().stopped(Outcome.KAFKA, "127.0.0.1:1", "no broker answered");
    }
  }

  @Test
  void aHostThatDoesNotExistIsNamed() throws Exception {
    try (Instance instance = at("no-such-host.invalid:9092")) {
      // Not as a wrong setting, so that systemd tries again until the name service is back.
      instance.awaitEnd().stopped(Outcome.KAFKA, "no-such-host.invalid", "resolves");
    }
  }

  private Instance at(String servers) throws Exception {
    return Instance.start(
        List.of("rolling-sum", "--bootstrap.servers", servers, "--state.dir", folder + "/state"),
        folder.resolve("instance.log"));
  }

  @Test
  void aConfigFileHoldsTheSameNamesAndFlagsWin() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.send(0, 50);
    Path file = folder.resolve("tally.properties");
    List<String> lines = new ArrayList<>();
    lines.add("bootstrap.servers=" + kafka.bootstrapServers());
    lines.add("input.topic=" + trial.input());
    lines.add("output.topic=" + trial.output());
    lines.add("dead.letter.topic=" + trial.letters());
    lines.add("group.id=overridden");
    lines.add("window=5m");
    lines.add("until.end=true");
    lines.add("state.dir=" + trial.state());
    lines.add("consumer.max.poll.records=7");
    Files.write(file, lines);
    List<String> arguments =
        List.of(
            "rolling-sum",
            "--config",
            file.toString(),
            "--group.id",
            trial.group(),
            "--window=10m");
    try (Instance instance = Instance.start(arguments, folder.resolve("instance.log"))) {
      instance
          .awaitEnd()
          .done()
          .says(" group.id=" + trial.group() + " ")
          .says(" window=10m")
          .says(" consumer.max.poll.records=7 ")
          .saysNot("overridden");
    }
    trial.assertExact(50);
  }

  /** Kafka's consumer removes the blanks, its admin client does not. */
  @Test
  void aGroupWithBlanksAroundItIsOneGroupAtEveryStart() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.send(0, 50);
    for (int start = 0; start < 2; start++) {
      trial
          .runUntilEnd("--group.id= " + trial.group() + " ", "--state.dir=" + folder + "/" + start)
          .done();
    }
    trial.assertExact(50);
  }

  @Test
  void aGroupAndAnInstanceIdOutsideKafkasOwnRulesForNamesWork() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.send(0, 50);
    String group = "team:" + trial.group();
    trial.runUntilEnd("--group.id=" + group, "--instance.id=node:1 \u00fc").done();
    assertEquals(50, kafka.answered(group));
  }

  @Test
  void missingOutputTopicsGetAsManyPartitionsAsTheInput() throws Exception {
    Trial trial = Trial.create(kafka, folder, 3);
    trial.send(0, 50);
    trial.runUntilEnd().done().says("created topic '" + trial.output() + "' with 3 partitions");
    assertEquals(3, kafka.partitions(trial.output()));
    assertEquals(3, kafka.partitions(trial.letters()));
    trial.assertExact(50);
  }

  @Test
  void anOutputWithAnotherPartitionCountGetsAnswersByKey() throws Exception {
    Trial trial = Trial.create(kafka, folder, 4);
    kafka.createTopic(trial.output(), 3, Map.of());
    kafka.createTopic(trial.letters(), 1, Map.of());
    trial.send(0, 300);
    kafka.send(List.of(Sales.record(trial.input(), "key", "bad")));
    trial.runUntilEnd().done();
    trial.assertExact(301);
    assertEquals(3, kafka.partitions(trial.output()));
  }

  @Test
  void anInputThatIsCompactedIsRefused() throws Exception {
    String input = "compacted-" + UUID.randomUUID();
    kafka.createTopic(input, 1, Map.of("cleanup.policy", "compact"));
    Trial.on(kafka, folder, input).runUntilEnd().stopped(Outcome.REFUSED, "cleanup.policy=compact");
  }

  @ParameterizedTest
  @ValueSource(strings = {"compact", "compact,delete"})
  void outputsThatAreCompactedAreRefused(String policy) throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    kafka.createTopic(trial.output(), 1, Map.of("cleanup.policy", policy));
    trial
        .runUntilEnd()
        .stopped(Outcome.REFUSED, trial.output(), "cleanup.policy=" + policy, "Set it to delete");

    Trial letters = Trial.create(kafka, folder, 1);
    kafka.createTopic(letters.letters(), 1, Map.of("cleanup.policy", policy));
    letters
        .runUntilEnd()
        .stopped(Outcome.REFUSED, letters.letters(), "cleanup.policy=" + policy, "dead-letter");
  }

  @Test
  void anOutputThatBecomesCompactedStopsARunningInstance() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    try (Instance instance = trial.start()) {
      instance.awaitOutput("beginning at 0");
      kafka.alterTopic(trial.output(), "cleanup.policy", "compact");
      instance.awaitEnd().stopped(Outcome.REFUSED, trial.output(), "cleanup.policy=compact");
    }
  }

  @Test
  void anOutputThatBrokersCannotWriteToIsRefused() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    kafka.createTopic(trial.output(), 1, Map.of("min.insync.replicas", "2"));
    trial.runUntilEnd().stopped(Outcome.REFUSED, trial.output(), "min.insync.replicas=2");
  }

  @Test
  void aWarningTellsOfRetentionThatIsShorterThanAnAnswerLooksBack() throws Exception {
    String input = "short-" + UUID.randomUUID();
    kafka.createTopic(input, 1, Map.of("retention.ms", "659999"));
    Trial trial = Trial.on(kafka, folder, input);
    trial.runUntilEnd().done().says("WARN the input topic '" + input + "' has retention.ms=659999");
  }

  @Test
  void topicsThatAreCreatedAreNotCompactedWhateverTheDefaultOfTheCluster() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.runUntilEnd().done();
    for (String topic : List.of(trial.output(), trial.letters())) {
      ConfigEntry policy = kafka.setting(topic, "cleanup.policy");
      assertEquals("delete", policy.value());
      assertEquals(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG, policy.source());
    }
  }

  @Test
  void brokersThatLoseEndsOfTransactionsAreNamedAtTheStartAndWhereAnswersAreDouble()
      throws Exception {
    assumeTrue(Release.asked() == Release.NEWEST);
    Trial trial = Trial.create(kafka, folder, 1);
    trial.send(0, 10);
    Outcome outcome = trial.runUntilEnd().done();
    assertEquals(1, outcome.count("KAFKA-20734"), outcome.output());
    Report sound = trial.assertExact(10, Trial.RULES);
    assertEquals(List.of(), sound.notes());

    ConsumerRecord<byte[], byte[]> answer = kafka.read(trial.output()).get(0);
    kafka.send(List.of(new ProducerRecord<>(trial.output(), 0, answer.key(), answer.value())));
    Report report = trial.audit(Trial.RULES, new StartFrom.Earliest());
    assertEquals(1, report.count(Kind.DUPLICATE), report::toString);
    assertTrue(report.toString().contains("KAFKA-20734"), report::toString);
  }

  @Test
  void sigtermEndsAnIdleInstanceInGoodOrder() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    try (Instance instance = trial.start()) {
      instance.awaitOutput("beginning at 0");
      instance.terminate().done().says("ended with code 0 after");
    }
    assertEquals(List.of(), kafka.shares(trial.group()));
  }

  @Test
  void sigtermEndsAnInstanceThatIsStillStarting() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    try (Instance instance = trial.start()) {
      instance.awaitOutput("INFO rolling-sum");
      instance.terminate().done();
    }
  }

  /** Whenever it comes: the unit takes both for an end in order. */
  @Test
  void sigtermBeforeTheServiceHasBegunIsThatSignalsCodeOrAnEndInGoodOrder() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    try (Instance instance = trial.start()) {
      Outcome outcome = instance.terminate();
      assertTrue(Set.of(Outcome.DONE, 143).contains(outcome.exitCode()), outcome::output);
      outcome.saysNot("tally: ").saysNot("\tat ");
    }
    trial.send(0, 10);
    trial.runUntilEnd().done();
    trial.assertExact(10);
  }
}
