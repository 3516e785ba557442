package dev.tally.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArgumentsTest {
  @TempDir Path folder;

  private static List<String> expand(String... typed) {
    return List.of(Arguments.expand(typed, Tally.commandLine()));
  }

  private static String refusal(String... typed) {
    Stop stop = assertThrows(Stop.class, () -> Arguments.expand(typed, Tally.commandLine()));
    assertEquals(Stop.Reason.USAGE, stop.reason());
    return String.valueOf(stop.getMessage());
  }

  private String file(String... lines) throws IOException {
    return Files.write(folder.resolve("tally.properties"), List.of(lines)).toString();
  }

  @Test
  void tallysOwnFlagsStayAsTheyAre() {
    assertEquals(
        List.of("rolling-sum", "--window", "10m", "--grace=1m", "--until.end"),
        expand("rolling-sum", "--window", "10m", "--grace=1m", "--until.end"));
    assertEquals(List.of(), expand());
    assertEquals(List.of("--help"), expand("--help"));
  }

  @Test
  void kafkasFlagsAreGatheredUnderOneWithOrWithoutAnEqualsSign() {
    assertEquals(
        List.of(
            "verify",
            "--client-setting",
            "consumer.fetch.min.bytes=5",
            "--client-setting",
            "sasl.jaas.config=a=b c",
            "--client-setting",
            "producer.linger.ms=",
            "--client-setting",
            "admin.retries=--1"),
        expand(
            "verify",
            "--consumer.fetch.min.bytes",
            "5",
            "--sasl.jaas.config=a=b c",
            "--producer.linger.ms=",
            "--admin.retries",
            "--1"));
  }

  @Test
  void aCommandMayHaveTwoWords() throws IOException {
    assertEquals(
        List.of("verify unique-users", "--grace=7s"),
        expand("verify", " unique-users ", "--grace=7s"));
    String file = file("late.max=2h", "window=5m");
    assertEquals(
        List.of("verify unique-users", "--late.max=2h"),
        expand("verify", "unique-users", "--config", file));
    assertEquals(
        List.of("verify rolling-sum", "--window=5m"),
        expand("verify", "rolling-sum", "--config=" + file));
    assertEquals(List.of("verify"), expand("verify"));
    assertEquals(List.of("verify", "--help"), expand("verify", "--help"));
    assertEquals(
        "there is no command 'verify unique-user'. Did you mean verify unique-users?",
        refusal("verify", "unique-user"));
    assertEquals(List.of("state", "x"), expand("state", "x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--consumer.fetch.min.bytes", "--ssl.protocol", "--config"})
  void aFlagWithoutItsValueIsNamed(String flag) {
    assertEquals(flag + " needs a value.", refusal("rolling-sum", flag));
  }

  @Test
  void flagsFromAFileComeBeforeTypedOnesSoThatTheTypedOnesWin() throws IOException {
    String file = file("window=5m", "# a comment", "consumer.client.rack = a", "until.end=true");
    List<String> expected =
        List.of(
            "rolling-sum",
            "--window=5m",
            "--client-setting",
            "consumer.client.rack=a",
            "--until.end=true",
            "--window=7m");
    assertEquals(expected, expand("rolling-sum", "--window=7m", "--config", file));
    assertEquals(expected, expand("rolling-sum", "--config=" + file, "--window=7m"));
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws IOException {
    String missing = folder.resolve("missing").toString();
    assertTrue(refusal("rolling-sum", "--config", missing).contains(missing));
    String nested = file("config=other");
    assertEquals(
        "--config " + nested + ", line 1: a file cannot name another one.",
        refusal("rolling-sum", "--config", nested));
    assertTrue(refusal("verify", "--config", file("a=\\u12")).contains("cannot be read"));
    assertTrue(refusal("verify", "--config", folder.toString()).contains("cannot be read"));
    assertTrue(refusal("verify", "--config", "no\0path").contains("cannot be read"));
  }

  /** Kafka's clients remove these blanks, too, and a group must be the same one everywhere. */
  @Test
  void blanksAtEitherEndOfAValueAreRemovedWhereverTheValueIsGiven() throws IOException {
    assertEquals(
        List.of("verify", "--group.id=g g", "--input.topic", "d", "--output.topic=", "--window=5m"),
        expand(
            "verify",
            "--group.id= g g ",
            " --input.topic ",
            "\td ",
            "--output.topic= ",
            "--window=5m"));
    assertEquals(
        List.of("verify", "--client-setting", "ssl.protocol=TLS"),
        expand("verify", "--ssl.protocol", " TLS "));
    assertEquals(
        List.of("verify", "--group.id=g g", "--client-setting", "consumer.client.rack=a"),
        expand("verify", "--config", file("group.id=\\ g g ", "consumer.client.rack : a \\t")));
  }

  @Test
  void oneFileServesAllCommandsAndEachTakesWhatItUses() throws IOException {
    String file =
        file("group.id=g", "state.dir=/s", "rate=7", "threads=2", "topic=t", "producer.acks=all");
    assertEquals(
        List.of("verify", "--group.id=g", "--client-setting", "producer.acks=all"),
        expand("verify", "--config", file));
    assertEquals(
        List.of("state", "--group.id=g", "--state.dir=/s"), expand("state", "--config=" + file));
    assertEquals(
        List.of("generate", "--rate=7", "--topic=t", "--client-setting", "producer.acks=all"),
        expand("generate", "--config", file));
    // The demo takes no settings from a file.
    assertEquals(List.of("demo", "--config=" + file), expand("demo", "--config=" + file));
  }

  @Test
  void aSettingThatNoCommandKnowsIsRefusedWithItsLineAndTheNearestName() throws IOException {
    String file = file("# mine", "window = 5m", "", "gruop.id=g");
    for (String command : new String[] {"rolling-sum", "verify", "generate", "state"}) {
      assertEquals(
          "--config " + file + ", line 4: there is no setting 'gruop.id'. Did you mean group.id?",
          refusal(command, "--config", file));
    }
    assertTrue(refusal("verify", "--config", file("xyzzy=1")).endsWith("no setting 'xyzzy'."));
    // Flags that only show something, or stand for others, are no settings.
    for (String name : new String[] {"help", "version", "client-setting", "=1"}) {
      assertTrue(refusal("verify", "--config", file(name)).contains(", line 1: there is no"), name);
    }
  }

  @Test
  void aClientSettingThatKafkaDoesNotKnowIsRefusedWithTheNearestName() throws IOException {
    String said =
        "consumer.fetch.min.byte: Kafka's clients have no setting fetch.min.byte."
            + " Did you mean consumer.fetch.min.bytes?";
    assertEquals("--" + said, refusal("verify", "--consumer.fetch.min.byte=1"));
    String file = file("window=5m", "consumer.fetch.min.byte=1");
    assertEquals("--config " + file + ", line 2: " + said, refusal("state", "--config", file));
    assertTrue(refusal("verify", "--consumer.*=1").contains("no setting *"));
    assertTrue(refusal("verify", "--consumer.group.id=g").contains("--group.id"));
  }

  @Test
  void aByteOrderMarkIsNotPartOfTheFirstName() throws IOException {
    assertEquals(
        List.of("verify", "--group.id=g"), expand("verify", "--config", file("\uFEFFgroup.id=g")));
    assertEquals(List.of("verify"), expand("verify", "--config", file("\uFEFF# group.id=g")));
  }

  @Test
  void aFileThatIsNotUtf8IsRefusedWithTheLine() throws IOException {
    Path file = folder.resolve("latin.properties");
    Files.writeString(file, "window=5m\r\ngroup.id=caf\u00e9\r\n", ISO_8859_1);
    assertEquals(
        "--config " + file + ", line 2 is not UTF-8. Save the file in UTF-8.",
        refusal("verify", "--config=" + file));
    Files.writeString(file, "group.id=caf\u00e9", UTF_8);
    assertEquals(List.of("verify", "--group.id=caf\u00e9"), expand("verify", "--config=" + file));
  }
}
