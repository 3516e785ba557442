package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tally.StartsProcesses;
import dev.tally.state.Damage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** top-industries on a real broker, against a plain recount of the same topics. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class TopIndustriesTest {
  private static final String END = "2023-04-02T12:00:00Z";

  private final Cluster kafka;
  private final Path folder;
  private final String id = UUID.randomUUID().toString();
  private final String orders = "orders-" + id;
  private final String customers = "customers-" + id;
  private final String output = "fluctuations-" + id;

  TopIndustriesTest(Cluster kafka, @TempDir Path folder) {
    this.kafka = kafka;
    this.folder = folder;
  }

  private void generate(int partitions, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "generate",
                "--orders",
                "--bootstrap.servers=" + kafka.bootstrapServers(),
                "--topic=" + orders,
                "--partitions=" + partitions,
                "--history.end=" + END,
                "--history.only"));
    arguments.addAll(List.of(more));
    Trial.inProcess(arguments).done();
  }

  private void loadCustomers(Path file) throws Exception {
    Trial.inProcess(
            List.of(
                "load-customers",
                "--bootstrap.servers=" + kafka.bootstrapServers(),
                "--customers.topic=" + customers,
                file.toString()))
        .done();
  }

  private List<String> arguments(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "top-industries",
                "--bootstrap.servers=" + kafka.bootstrapServers(),
                "--input.topic=" + orders,
                "--customers.topic=" + customers,
                "--output.topic=" + output,
                "--group.id=group-" + id,
                "--state.dir=" + folder.resolve("state")));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private void runUntilEnd() throws Exception {
    Trial.inProcess(arguments("--until.end")).done();
  }

  /** The newest record of each hour and rank. */
  private NavigableMap<Instant, Map<Integer, JsonObject>> answers() throws Exception {
    NavigableMap<Instant, Map<Integer, JsonObject>> answers = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : kafka.read(output)) {
      JsonObject answer =
          JsonParser.parseString(new String(record.value(), UTF_8)).getAsJsonObject();
      Instant hour = Instant.parse(answer.get("agg_date").getAsString());
      int rank = answer.get("rank").getAsInt();
      assertEquals(hour + "/" + rank, new String(record.key(), UTF_8));
      JsonObject before = answers.computeIfAbsent(hour, none -> new TreeMap<>()).put(rank, answer);
      assertEquals(null, before, () -> "told twice: " + answer);
    }
    return answers;
  }

  /**
   * Compares every answer with the recount.
   *
   * @param from the first hour that is compared; all hours from the first on must be there
   */
  private void assertExact(Instant from) throws Exception {
    IndustryRecount recount = new IndustryRecount(kafka.read(orders), kafka.read(customers));
    NavigableMap<Instant, Map<Integer, JsonObject>> answers = answers();
    assertTrue(!answers.firstKey().isAfter(recount.first()), () -> "from " + answers.firstKey());
    assertTrue(answers.lastKey().isAfter(Instant.parse("2023-04-02T06:00:00Z")), "to the end");
    Instant expected = answers.firstKey();
    for (Map.Entry<Instant, Map<Integer, JsonObject>> each : answers.entrySet()) {
      assertEquals(expected, each.getKey(), "every hour");
      expected = expected.plus(1, ChronoUnit.HOURS);
      if (!each.getKey().isBefore(from)) {
        List<String> told = each.getValue().values().stream().map(IndustryRecount::text).toList();
        assertEquals(recount.ranking(each.getKey()), told, () -> "as of " + each.getKey());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void everyHourHasTheThreeOfAPlainRecount(int partitions) throws Exception {
    Path file = folder.resolve("customers.csv");
    generate(partitions, "--days=34", "--repeats=0.05", "--customers.file=" + file);
    loadCustomers(file);
    runUntilEnd();
    assertExact(Instant.EPOCH);
  }

  /**
   * Its hours move with a customer, so that later rankings are as if it had always been there. One
   * partition: of two that are idle, the second would be late at the start of the second run.
   */
  @Test
  void customersThatChangeMoveTheirHours() throws Exception {
    Path file = folder.resolve("customers.csv");
    generate(1, "--days=34", "--customers.file=" + file);
    List<String> lines = Files.readAllLines(file);
    // All have one industry at first, and a third of them no row.
    Path before = folder.resolve("before.csv");
    List<String> changed = new ArrayList<>(List.of(lines.get(0)));
    for (int i = 1; i < lines.size(); i++) {
      if (i % 3 > 0) {
        changed.add(lines.get(i).substring(0, lines.get(i).indexOf(',')) + ",Acme,Food");
      }
    }
    Files.write(before, changed);
    loadCustomers(before);
    runUntilEnd();
    Instant last = answers().lastKey();
    loadCustomers(file);
    Damage.deleteTree(folder.resolve("state"));
    generate(1, "--days=2", "--history.end=2023-04-04T12:00:00Z");
    runUntilEnd();
    assertTrue(answers().lastKey().isAfter(last.plus(1, ChronoUnit.DAYS)), "some more hours");
    assertExact(last.plus(1, ChronoUnit.HOURS));
  }

  @Test
  void instancesThatAreKilledLoseAndRepeatNothing() throws Exception {
    Path file = folder.resolve("customers.csv");
    generate(4, "--days=34", "--customers=5000", "--customers.file=" + file);
    loadCustomers(file);
    for (int i = 0; i < 3; i++) {
      try (Instance instance =
          Instance.start(arguments(), Files.createTempFile(folder, "instance-", ".log"))) {
        instance.awaitOutput("INFO top-industries");
        Thread.sleep(2_000 + 700 * i); // into the start, the reading, and what follows
        instance.kill().killed();
      }
      if (i == 1) {
        Damage.deleteTree(folder.resolve("state"));
      }
    }
    runUntilEnd();
    assertExact(Instant.EPOCH);
  }
}
