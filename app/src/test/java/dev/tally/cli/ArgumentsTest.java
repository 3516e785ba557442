package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.Stop;
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
    return List.of(Arguments.expand(typed));
  }

  private static String refusal(String... typed) {
    Stop stop = assertThrows(Stop.class, () -> Arguments.expand(typed));
    assertEquals(Stop.Reason.USAGE, stop.reason());
    return String.valueOf(stop.getMessage());
  }

  private String file(String... lines) throws IOException {
    return Files.write(folder.resolve("tally.properties"), List.of(lines)).toString();
  }

  @Test
  void flagsOfTheProgramsOwnStayAsTheyAre() {
    assertEquals(
        List.of("rolling-sum", "--window", "10m", "--grace=1m", "--until.end"),
        expand("rolling-sum", "--window", "10m", "--grace=1m", "--until.end"));
    assertEquals(List.of(), expand());
    assertEquals(List.of("--help"), expand("--help"));
  }

  @Test
  void kafkasOwnFlagsAreGatheredUnderOneWithAndWithoutAnEqualsSign() {
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

  @ParameterizedTest
  @ValueSource(strings = {"--consumer.fetch.min.bytes", "--ssl.protocol", "--config"})
  void aFlagWithoutItsValueIsNamed(String flag) {
    assertEquals(flag + " needs a value.", refusal("rolling-sum", flag));
  }

  @Test
  void aFilesFlagsComeBeforeTheTypedOnesSoThatThoseWin() throws IOException {
    String file = file("window=5m", "# a comment", "consumer.client.rack = a", "until.end=true");
    List<String> expected =
        List.of(
            "rolling-sum",
            "--client-setting",
            "consumer.client.rack=a",
            "--until.end=true",
            "--window=5m",
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
        "--config " + nested + ": a file cannot name another one.",
        refusal("rolling-sum", "--config", nested));
    assertTrue(refusal("x", "--config", file("a=\\u12")).contains("cannot be read"));
    assertTrue(refusal("x", "--config", folder.toString()).contains("cannot be read"));
    assertTrue(refusal("x", "--config", "no\0path").contains("cannot be read"));
  }
}
