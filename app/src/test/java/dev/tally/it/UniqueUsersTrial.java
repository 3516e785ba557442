package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tally.state.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Unique users on topics, groups and a state folder of its own.
 *
 * @param folder holds everything on disk
 */
record UniqueUsersTrial(Cluster kafka, Path folder, String input, String output, String group) {
  static final String START = "2016-07-11T13:39:00Z";

  /** Up to here a window is exact. */
  private static final long EXACT_MAX = 131_072;

  static UniqueUsersTrial create(Cluster kafka, Path folder, int partitions) throws Exception {
    String id = UUID.randomUUID().toString();
    kafka.createTopic("frames-" + id, partitions, Map.of());
    return new UniqueUsersTrial(kafka, folder, "frames-" + id, "users-" + id, "group-" + id);
  }

  private String letters() {
    return input + "-dead-letters";
  }

  private List<String> generation(long frames, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "generate",
                "--frames",
                "--bootstrap.servers=" + kafka.bootstrapServers(),
                "--topic=" + input,
                "--count=" + frames));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** Sends frames as `generate` makes them, as fast as it can. */
  void generate(long frames, String... more) throws Exception {
    List<String> arguments = generation(frames, more);
    arguments.add("--rate=max");
    Trial.inProcess(arguments).done();
  }

  /** Sends them at a rate, in a process of its own. */
  Instance startGenerating(long frames, String... more) throws IOException {
    return Instance.start(generation(frames, more), log());
  }

  private Path log() throws IOException {
    return Files.createTempFile(folder, "instance-", ".log");
  }

  private List<String> arguments(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "unique-users",
                "--bootstrap.servers=" + kafka.bootstrapServers(),
                "--input.topic=" + input,
                "--output.topic=" + output,
                "--group.id=" + group,
                "--state.dir=" + state()));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private Path state() {
    return folder.resolve("state");
  }

  /** Starts an instance as a process. */
  Instance start(String... more) throws IOException {
    return Instance.start(arguments(more), log());
  }

  /** Runs in this process until it ends by itself. */
  Outcome run(String... more) throws Exception {
    return Trial.inProcess(arguments(more));
  }

  void deleteState() throws IOException {
    Damage.deleteTree(state());
  }

  /** Waits until the first stage has read this many more frames, while these run. */
  void awaitProgress(long frames, List<Instance> instances) throws Exception {
    long goal = kafka.answered(group) + frames;
    Await.until(
        frames + " more frames are read",
        () -> String.join("-----\n", instances.stream().map(Instance::output).toList()),
        () -> {
          instances.forEach(Instance::requireAlive);
          return kafka.answered(group) >= goal;
        });
  }

  /** The last result of each window by its key; those before it must have had fewer frames. */
  Map<String, String> results() throws Exception {
    Map<String, String> last = new TreeMap<>();
    if (kafka.partitions(output) == 0) {
      return last; // nothing got far enough to create it
    }
    for (ConsumerRecord<byte[], byte[]> record : kafka.read(output)) {
      String key = new String(record.key(), UTF_8);
      String value = new String(record.value(), UTF_8);
      String before = last.put(key, value);
      if (before != null) {
        JsonObject older = JsonParser.parseString(before).getAsJsonObject();
        JsonObject newer = JsonParser.parseString(value).getAsJsonObject();
        long grown = newer.get("frames").getAsLong() - older.get("frames").getAsLong();
        boolean over = older.get("final").getAsBoolean();
        assertTrue(
            grown > 0 || (grown == 0 && (!over || newer.get("final").getAsBoolean())),
            () -> value + " comes after " + before);
      }
    }
    return last;
  }

  /**
   * Compares all results with a recount.
   *
   * @param closedTo windows that end by then have final results, the others have not
   */
  void assertExact(String closedTo) throws Exception {
    FrameRecount recount = FrameRecount.of(kafka, input);
    Map<String, String> results = results();
    assertEquals(recount.windows().keySet(), results.keySet());
    recount
        .windows()
        .forEach(
            (key, window) -> assertResult(key, window, closedTo, results.getOrDefault(key, "")));
    int letters = kafka.partitions(letters()) == 0 ? 0 : kafka.read(letters()).size();
    assertEquals(recount.refused(), letters);
  }

  private static void assertResult(
      String key, FrameRecount.Window window, String closedTo, String result) {
    int slash = key.indexOf('/');
    JsonObject found = JsonParser.parseString(result).getAsJsonObject();
    boolean exact = window.users() <= EXACT_MAX;
    long users = exact ? window.users() : found.get("users").getAsLong();
    long lower = exact ? users : found.get("lower").getAsLong();
    long upper = exact ? users : found.get("upper").getAsLong();
    boolean over = !Instant.parse(window.end()).isAfter(Instant.parse(closedTo));
    assertEquals(
        ("{\"window\":\"%s\",\"start\":\"%s\",\"end\":\"%s\",\"users\":%d,\"exact\":%s,"
                + "\"lower\":%d,\"upper\":%d,\"frames\":%d,\"final\":%s}")
            .formatted(
                key.substring(0, slash),
                key.substring(slash + 1),
                window.end(),
                users,
                exact,
                lower,
                upper,
                window.frames(),
                over),
        result);
    assertTrue(
        lower <= window.users() && window.users() <= upper,
        () -> window.users() + " users, but " + result);
  }
}
