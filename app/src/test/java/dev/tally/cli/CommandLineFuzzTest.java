package dev.tally.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.fuzz.FuzzTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Any command line, with any properties file, runs or ends with a line that says what is wrong with
 * it. An input has one argument per line and, after a zero byte, the file. A run gets no further
 * than clients that refuse their settings, so nothing is connected.
 */
final class CommandLineFuzzTest implements FuzzTarget {
  private static final Set<String> COMMANDS = Set.of("rolling-sum", "verify", "generate", "state");
  private static final int EXIT_USAGE = 2;
  private static final String NO_BROKER = "--bootstrap.servers=none";

  /** What `generate` checks before it loads or prepares its records, and after all other flags. */
  private static final String REFUSED_AT_LAST = "--producer.acks=1";

  private final Path folder;
  private final Path file;

  CommandLineFuzzTest() throws IOException {
    folder = Files.createTempDirectory("tally-flags");
    file = folder.resolve("tally.properties");
    file.toFile().deleteOnExit();
    folder.toFile().deleteOnExit();
  }

  @Override
  public int inputs() {
    return 300;
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            "rolling-sum\n--window=5m\n--grace\n90s\n--future.max=2h\n--threads=3\n--until.end",
            "rolling-sum\n--start.from=2026-01-31T12:00:00Z\n--on.miskeyed=accept",
            "rolling-sum\n--consumer.fetch.min.bytes=5\n--sasl.jaas.config\na=b c\0grace = 5m\n",
            "rolling-sum\n--group.id=g\n--state.memory.mb=64\n--commit.interval.ms=0",
            "rolling-sum\0window=1m\nstart.from=0\nproducer.linger.ms=3\ngroup.protocol=consumer",
            "verify\n--window=10m\n--start.from=0:12,1:13\n--on.miskeyed\ndead-letter",
            "verify\n--start.from=2026-01-31T12:00:00Z",
            "verify\nunique-users\n--grace=7s\n--late.max\n2h\n--future.max=off\n--early=1s",
            "verify\nrolling-sum\n--window=10m",
            "generate\n--rate=max\n--count=5\n--loop\n--event.time=1700000000+1000",
            "generate\n--key=none\n--missing=nan\n--partitions=3\0topic=x\\u0041\n",
            "generate\n--frames\n--users=7\n--start=2016-07-11T13:39:00Z\n--flips=0.1",
            "generate\n--frames\n--key=uid\n--decoys=off\0late.share=0.5\nseed=-3\n",
            "state\n--windows=3\n--group.id=g",
            "rolling-sum\n--start.from=+999999999-12-31T23:59:59Z",
            "verify\n--start.from=+999999999-12-31T23:59:59Z",
            "rolling-sum\0group.id=a\\u0000b",
            "--help",
            "")
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }

  @Override
  public List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    for (String flags :
        List.of(
            "window grace future.max start.from until.end on.miskeyed threads on.bad.record",
            "group.id on.settings.change on.missing.history group.protocol commit.interval.ms",
            "late.max early instance.id state.memory.mb input.topic output.topic dead.letter.topic",
            "consumer.group.id config producer.acks ssl.protocol admin.retries client-setting",
            "rate count windows event.time partitions key missing loop file help version",
            "frames users start frames.per.second late.share late.seconds flips decoys string.ts",
            "seed")) {
      for (String flag : flags.split(" ", -1)) {
        tokens.add("--" + flag);
        tokens.add("\n" + flag + "=");
      }
    }
    for (String values :
        List.of(
            "-- - -1 0 1 2147483648 9223372036854775808 1e3 x 0ms 999999999d 500ms 1h earliest",
            "latest now csv max fail accept dead-letter DEAD_LETTER rebuild continue = \0",
            "\\u0000 \\u12 \\ +999999999-12-31T23:59:59Z -999999999-01-01T00:00:00+18:00",
            "2026-02-30T00:00:00Z +999999999-12-31T23:59:59 0:1 999999999:999999999999999999 %s",
            "${x} / .. ' \" a,b 8999999999.999999999+999999999 \u00e9 \ud83d\ude00")) {
      tokens.addAll(List.of(values.split(" ", -1)));
    }
    tokens.add("\n");
    return tokens;
  }

  @Override
  public boolean accepts(byte[] input) throws IOException {
    int end = 0;
    while (end < input.length && input[end] != 0) {
      end++;
    }
    List<String> line = new ArrayList<>(List.of(new String(input, 0, end, UTF_8).split("\n", -1)));
    if (line.contains("demo")) {
      return false; // it would really begin
    }
    if (end < input.length) {
      Files.write(file, Arrays.copyOfRange(input, end + 1, input.length));
      line.add("--config=" + file);
    }
    if (COMMANDS.contains(line.get(0))) {
      // Twice, since a flag before them may take the first one for its value.
      line.addAll(harmless(line.get(0)));
      line.addAll(harmless(line.get(0)));
    }
    return runs(line.toArray(new String[0]));
  }

  private List<String> harmless(String command) {
    return switch (command) {
      case "generate" -> List.of(NO_BROKER, REFUSED_AT_LAST);
      case "rolling-sum" -> List.of(NO_BROKER, "--state.dir=" + folder);
      case "state" -> List.of("--state.dir=" + folder);
      default -> List.of(NO_BROKER);
    };
  }

  private static boolean runs(String[] line) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int exitCode;
    try (PrintStream kept = new PrintStream(said, false, UTF_8)) {
      System.setOut(kept);
      System.setErr(kept);
      exitCode = Tally.run(line);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    String text = said.toString(UTF_8);
    assertTrue(exitCode == 0 || exitCode == EXIT_USAGE, () -> exitCode + ": " + text);
    assertFalse(text.contains("\tat "), text);
    assertTrue(
        exitCode == 0
            || text.contains("tally: ")
            || text.contains(" ERROR ")
            || text.startsWith("Usage: "),
        text);
    // Nothing was wrong but the brokers' address or the setting.
    return exitCode == 0 || text.contains("clients refuse") || text.contains("producer.acks");
  }
}
