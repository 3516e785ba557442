package dev.tally.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tally.StartsProcesses;
import dev.tally.Stop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** What can be checked of the files for Docker and systemd where neither runs. */
@StartsProcesses
final class DeploymentTest {
  private static final Path TOP = Path.of("..");
  private static final Path UNIT = Path.of("src/main/dist/tally@.service");
  private static final Pattern PINNED = Pattern.compile("[a-z/-]+:\\d+\\.\\d+\\.\\d+[\\w.-]*");

  @Test
  void composeStartsTwoInstancesThatShareNothingButKafka() throws IOException {
    Map<String, Object> one = service("rolling-sum-1");
    Map<String, Object> two = service("rolling-sum-2");
    assertEquals(one.get("command"), two.get("command"));
    assertNotEquals(one.get("hostname"), two.get("hostname"));
    assertNotEquals(one.get("volumes"), two.get("volumes"));
    for (Map<String, Object> instance : List.of(one, two)) {
      Map<?, ?> build = map(instance.get("build"));
      Path context = TOP.resolve(String.valueOf(build.get("context")));
      assertTrue(Files.exists(context.resolve(String.valueOf(build.get("dockerfile")))));
      assertTrue(map(instance.get("depends_on")).containsKey("kafka"));
      for (Object volume : (List<?>) Objects.requireNonNull(instance.get("volumes"))) {
        String name = String.valueOf(volume).split(":", 2)[0];
        assertTrue(map(compose().get("volumes")).containsKey(name), name);
      }
    }
  }

  @Test
  void composeHasAHealthyKafkaWithoutZooKeeper() throws IOException {
    Map<String, Object> kafka = service("kafka");
    assertTrue(kafka.containsKey("healthcheck"));
    assertEquals("broker,controller", map(kafka.get("environment")).get("KAFKA_PROCESS_ROLES"));
    assertFalse(Files.readString(TOP.resolve("docker-compose.yml")).contains("zookeeper"));
  }

  @Test
  void everyImageIsPinned() throws IOException {
    assertPinned(String.valueOf(service("kafka").get("image")));
    Matcher from =
        Pattern.compile("(?m)^FROM (\\S+)").matcher(Files.readString(Path.of("Dockerfile")));
    int images = 0;
    for (; from.find(); images++) {
      assertPinned(from.group(1));
    }
    assertEquals(2, images);
  }

  @Test
  void whatTheDockerfileCopiesIsNotIgnored() throws IOException {
    List<String> kept =
        Files.readAllLines(TOP.resolve(".dockerignore")).stream()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();
    for (String line : Files.readAllLines(Path.of("Dockerfile"))) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("COPY") && !words[1].startsWith("--from")) {
        assertTrue(kept.contains(words[1]), line);
        assertTrue(Files.exists(TOP.resolve(words[1])), line);
      }
    }
  }

  @Test
  void systemdDoesNotRetryWhatOnlyAnOperatorCanSettle() throws IOException {
    assertTrue(
        Files.readString(UNIT)
            .contains(
                "RestartPreventExitStatus=%d %d\n"
                    .formatted(Stop.Reason.USAGE.exitCode(), Stop.Reason.REFUSED.exitCode())));
  }

  /**
   * It ends a JVM that has not begun yet with this code, and stopping a unit is no failure of it.
   */
  @Test
  void systemdTakesASigtermDuringTheStartForSuccess() throws IOException {
    assertTrue(Files.readString(UNIT).contains("\nSuccessExitStatus=143\n"));
  }

  @Test
  void systemdUnderstandsTheUnit(@TempDir Path folder) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")));
    Path instance = folder.resolve("tally@one.service");
    // Only the program itself is not installed here.
    Files.writeString(
        instance, Files.readString(UNIT).replace("/opt/tally/tally rolling-sum", "/bin/true"));
    Process analyze =
        new ProcessBuilder("/usr/bin/systemd-analyze", "verify", instance.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(analyze.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    analyze.waitFor();
    assertFalse(said.contains("tally@"), said);
  }

  @Test
  void theExampleConfigurationOnlyNeedsABroker() throws IOException {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(UNIT.resolveSibling("rolling-sum.properties"))) {
      properties.load(reader);
    }
    assertEquals(Map.of("bootstrap.servers", "localhost:9092"), properties);
  }

  private static void assertPinned(String image) {
    assertTrue(PINNED.matcher(image).matches(), image);
  }

  private static Map<String, Object> service(String name) throws IOException {
    return map(map(compose().get("services")).get(name));
  }

  private static Map<String, Object> compose() throws IOException {
    return map(new Yaml().load(Files.readString(TOP.resolve("docker-compose.yml"))));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(@Nullable Object node) {
    return (Map<String, Object>) Objects.requireNonNull(node);
  }
}
