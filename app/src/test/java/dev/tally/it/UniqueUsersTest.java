package dev.tally.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Unique users on a real broker, compared with a plain recount of the topic. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class UniqueUsersTest {
  private static final String START = "--start=" + UniqueUsersTrial.START;
  private static final String FLIPS = "--flips=0.001";
  private static final Pattern RESULT =
      Pattern.compile("(?m)^\\{\"window\":\"(.+?)\",\"start\":\"(.+?)\".*$");

  private final Cluster kafka;
  private final Path folder;

  UniqueUsersTest(Cluster kafka, @TempDir Path folder) {
    this.kafka = kafka;
    this.folder = folder;
  }

  private UniqueUsersTrial trial(int partitions) throws Exception {
    return UniqueUsersTrial.create(kafka, folder, partitions);
  }

  /** With 400,000 users, windows of an hour and longer are estimated. */
  @ParameterizedTest
  @CsvSource({"1, 100000", "4, 400000"})
  void everyWindowHasTheUsersOfAPlainRecount(int partitions, int users) throws Exception {
    UniqueUsersTrial trial = trial(partitions);
    trial.generate(300_000, START, FLIPS, "--users=" + users);
    trial.run("--until.end").done();
    trial.assertExact("2016-07-11T13:44:00Z");
  }

  @Test
  void instancesThatAreKilledLoseAndRepeatNothing() throws Exception {
    UniqueUsersTrial trial = trial(4);
    Random random = new Random(63);
    List<Instance> instances = new ArrayList<>();
    try (Instance frames = trial.startGenerating(90_000, START, FLIPS, "--rate=8000")) {
      for (int i = 0; i < 3; i++) {
        instances.add(trial.start());
      }
      for (int i = 0; i < instances.size(); i++) {
        trial.awaitProgress(1 + random.nextInt(8_000), instances);
        instances.get(i).kill().killed();
        instances.set(i, trial.start());
      }
      frames.awaitEnd().done();
      for (Instance instance : instances) {
        instance.awaitOutput("INFO unique-users"); // from then on a signal ends it in order
      }
      Trial.end(instances.toArray(Instance[]::new));
    } finally {
      instances.forEach(Instance::close);
    }
    trial.run("--until.end").done();
    trial.assertExact("2016-07-11T13:41:00Z");
  }

  /** The second run also adds to a minute that the first one has closed. */
  @Test
  void stateThatIsDeletedBetweenTwoRunsIsRebuilt() throws Exception {
    UniqueUsersTrial trial = trial(2);
    trial.generate(50_000, START);
    trial.run("--until.end").done();
    trial.assertExact("2016-07-11T13:40:00Z");
    trial.deleteState();
    trial.generate(50_000, "--start=2016-07-11T13:39:50Z", "--seed=2");
    trial.run("--until.end").done();
    trial.assertExact("2016-07-11T13:41:00Z");
  }

  @Test
  void theLastMinuteClosesOnceNoFramesCome() throws Exception {
    UniqueUsersTrial trial = trial(4);
    trial.generate(
        18, "--start=2016-07-11T13:39:40Z", "--frames.per.second=0.225", "--late.share=0");
    long sentNanos = System.nanoTime();
    try (Instance instance = trial.start("--grace=0s")) {
      for (String minute : List.of("minute/2016-07-11T13:39:00Z", "minute/2016-07-11T13:40:00Z")) {
        Await.until(
            minute + " is final",
            instance::output,
            () -> trial.results().getOrDefault(minute, "").contains("\"final\":true"));
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - sentNanos);
      assertTrue(waited.compareTo(Duration.ofSeconds(75)) < 0, () -> "waited for " + waited);
      instance.terminate().done();
    }
  }

  @Test
  void linesWithoutKafkaGiveTheSameResults() throws Exception {
    UniqueUsersTrial trial = trial(1);
    trial.generate(20_000, START, FLIPS, "--frames.per.second=100");
    trial.run("--until.end").done();
    byte[] lines = lines(trial);
    Path file = folder.resolve("frames.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(lines);
    }

    Map<String, String> results = trial.results();
    assertEquals(results, resultsIn(Trial.inProcess(List.of("unique-users", "--file=" + file))));
    InputStream in = System.in;
    System.setIn(new ByteArrayInputStream(lines));
    try {
      assertEquals(results, resultsIn(Trial.inProcess(List.of("unique-users", "--stdin"))));
    } finally {
      System.setIn(in);
    }
  }

  private byte[] lines(UniqueUsersTrial trial) throws Exception {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (ConsumerRecord<byte[], byte[]> frame : kafka.read(trial.input())) {
      lines.write(frame.value());
      lines.write('\n');
    }
    return lines.toByteArray();
  }

  /** The last result of each window by its key. */
  private static Map<String, String> resultsIn(Outcome outcome) {
    Map<String, String> last = new TreeMap<>();
    Matcher result = RESULT.matcher(outcome.done().output());
    while (result.find()) {
      last.put(result.group(1) + "/" + result.group(2), result.group());
    }
    return last;
  }

  /** The stages after the first have no offsets yet on the topics of another output. */
  @Test
  void aRefusedChangeOfSettingsChangesThoseOfNoStage() throws Exception {
    UniqueUsersTrial trial = trial(1);
    trial.run("--until.end").done();
    trial
        .run("--until.end", "--output.topic=" + trial.output() + "-other", "--late.max=2h")
        .stopped(Outcome.REFUSED, "late.max=3600s", "late.max=7200s", "rebuild");
    trial.run("--until.end", "--output.topic=" + trial.output() + "-other").done();
  }

  @Test
  void wrongUseIsRefusedWithTheReason() throws Exception {
    Trial.inProcess(List.of("unique-users", "--stdin", "--file=frames.jsonl"))
        .stopped(Outcome.USAGE, "--stdin", "--file frames.jsonl", "one of them");
    Trial.inProcess(List.of("unique-users", "--file=missing.jsonl"))
        .stopped(Outcome.USAGE, "missing.jsonl does not exist");
    Trial.inProcess(List.of("unique-users", "--stdin", "--late.max=1500ms"))
        .stopped(Outcome.USAGE, "--late.max is 1500ms", "whole seconds");
    Trial.inProcess(
            List.of("unique-users", "--bootstrap.servers=nowhere:1", "--output.topic=frames"))
        .stopped(Outcome.USAGE, "'frames'", "'frames-parts'", "accepted: different topics");
    Trial.inProcess(List.of("unique-users", "--until.end"))
        .stopped(Outcome.USAGE, "--bootstrap.servers");

    UniqueUsersTrial trial = trial(1);
    kafka.createTopic(trial.output() + "-parts", 2, Map.of());
    trial
        .run("--until.end")
        .stopped(Outcome.REFUSED, trial.output() + "-parts", "2 partitions; accepted: 1");
  }
}
