package dev.tally.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything here ends before a broker is asked: there is none at this address. */
final class TallyTest {
  private static final String NO_BROKER = "--bootstrap.servers=127.0.0.1:1";

  @TempDir Path folder;

  private record Run(int exitCode, String err) {}

  private static Run run(OutputStream stdout, String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(stdout, false, UTF_8));
      System.setErr(new PrintStream(said, true, UTF_8));
      int exitCode = Tally.run(args);
      return new Run(exitCode, said.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static Run run(String... args) {
    return run(OutputStream.nullOutputStream(), args);
  }

  private Run service(String... more) {
    List<String> line = new ArrayList<>(List.of("rolling-sum", NO_BROKER, "--state.dir=" + folder));
    line.addAll(List.of(more));
    return run(line.toArray(new String[0]));
  }

  @Test
  void withoutACommandTheHelpIsShownAndTheProgramFails() {
    Run run = run();
    assertEquals(2, run.exitCode());
    assertTrue(run.err().startsWith("Usage: tally COMMAND"), run.err());
  }

  @Test
  void outputThatCouldNotBeWrittenIsNoSuccess() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    Run run = run(full, "--help");
    assertEquals(5, run.exitCode());
    assertTrue(run.err().contains("tally: the output could not be written"), run.err());
    assertEquals(0, run("--help").exitCode());
  }

  /** Programs read reports, too, and the README shows them in one form. */
  @ParameterizedTest
  @ValueSource(strings = {"ar-EG-u-nu-arab", "de", "fa"})
  void digitsAreTheSameInEveryLanguage(String language) {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(language));
      assertTrue(run("demo", "--seconds=0").err().contains("--seconds 0: "));
      assertEquals("1,234", String.format("%,d", 1234));
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "producer.transactional.id=mine",
    "producer.acks=1",
    "producer.enable.idempotence=false",
    "producer.transaction.timeout.ms=1000",
    "producer.max.request.size=1",
    "producer.key.serializer=x",
    "consumer.enable.auto.commit=true",
    "consumer.isolation.level=read_uncommitted",
    "consumer.auto.offset.reset=latest",
    "consumer.group.id=mine",
    "consumer.group.instance.id=mine",
    "consumer.group.protocol=consumer",
    "consumer.partition.assignment.strategy=x",
    "consumer.key.deserializer=x",
    "admin.client.id=mine",
  })
  void aSettingThatTallyOwnsIsRefusedBeforeAnythingIsConnected(String setting) {
    Run run = service("--" + setting);
    assertEquals(2, run.exitCode(), run.err());
    assertTrue(run.err().contains("--" + setting.split("=", -1)[0]), run.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "verify consumer.isolation.level=read_uncommitted",
        "verify consumer.enable.auto.commit=true",
        "verify consumer.fetch.min.bytes=few",
        "verify admin.retries=few",
        "generate producer.acks=1",
        "generate producer.transactional.id=x",
        "generate producer.linger.ms=few",
        "rolling-sum producer.linger.ms=few",
        "rolling-sum consumer.fetch.min.bytes=few",
        "rolling-sum admin.retries=few",
      })
  void everyCommandRefusesSettingsThatTallyOwnsOrThatKafkaCannotRead(String line) {
    String[] parts = line.split(" ", -1);
    List<String> args = new ArrayList<>(List.of(parts[0], NO_BROKER, "--" + parts[1]));
    if (parts[0].equals("rolling-sum")) {
      args.add("--state.dir=" + folder);
    }
    Run run = run(args.toArray(new String[0]));
    assertEquals(2, run.exitCode(), run.err());
    String name = parts[1].split("=", -1)[0];
    assertTrue(run.err().contains(name.substring(name.indexOf('.') + 1)), run.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--windwo=5m | Unknown option: '--windwo=5m'. Did you mean --window?",
        "--window=0s | --window is 0s; accepted: 1ms to 3650d.",
        "--grace=4000d | --grace is 4000d; accepted: 0s to 3650d.",
        "--threads=two | 'two' is not a whole number",
        "--on.miskeyed=skip | 'skip' is none of: fail, dead-letter, accept",
        "--group.id=a/b | --group.id is 'a/b'; accepted:",
        "--group.id= | --group.id is '' (0 bytes in UTF-8); accepted:",
        "--input.topic=a:b | --input.topic is 'a:b'; accepted: 1 to 249 of the characters",
        "--output.topic=. | --output.topic is '.'; accepted:",
        "--dead.letter.topic=a b | --dead.letter.topic is 'a b'; accepted:",
        "--instance.id= | --instance.id is '' (0 bytes in UTF-8); accepted:",
      })
  void aWrongFlagIsNamedWithItsValueAndTheAcceptedOnes(String flag, String said) {
    Run run = service(flag);
    assertEquals(2, run.exitCode(), run.err());
    assertTrue(run.err().contains(said), run.err());
    assertEquals(0, folder.toFile().list().length, "nothing was created");
  }

  @Test
  void namesAreCheckedInEveryCommandThatTakesThem() {
    for (String line :
        List.of(
            "verify " + NO_BROKER + " --group.id=a/b",
            "verify " + NO_BROKER + " --input.topic=a:b",
            "verify " + NO_BROKER + " --output.topic=a:b",
            "verify " + NO_BROKER + " --dead.letter.topic=a:b",
            "verify " + NO_BROKER + " --input.topic=" + "a".repeat(240),
            "verify " + NO_BROKER + " --window=0s",
            "state --state.dir=" + folder + " --group.id=a/b",
            "generate " + NO_BROKER + " --topic=a:b")) {
      String[] args = line.split(" ", -1);
      Run run = run(args);
      assertEquals(2, run.exitCode(), run.err());
      String flag = args[args.length - 1].split("=", -1)[0];
      assertTrue(run.err().startsWith("tally: " + flag + " "), run.err());
    }
  }

  @Test
  void theServiceLogsWhatEndedIt() throws IOException {
    Files.writeString(folder.resolve("file"), "");
    String err = service("--threads=0").err();
    assertTrue(err.contains(" ERROR --threads is 0"), err);
    assertTrue(run("rolling", "x").err().contains("there is no command 'rolling'."), err);
  }
}
