package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files of orders and customers on a real broker. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class LoadTest {
  private static final String HEADER = "customer_id,company_name,specialized_industries\n";
  private static final Pattern CUSTOMER_ID = Pattern.compile("\"customer_id\": \"(.*?)\"");
  private static final String FIRST = "{\"order_id\": \"1\", \"amount\": 233639.66000000003}";
  private static final String SECOND = "{\"order_id\": \"2\",\n \"amount\": 1.10}";

  private final Cluster kafka;
  private final Path folder;
  private final String topic = "load-" + UUID.randomUUID();

  LoadTest(Cluster kafka, @TempDir Path folder) {
    this.kafka = kafka;
    this.folder = folder;
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  private List<String> arguments(String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add("--bootstrap.servers=" + kafka.bootstrapServers());
    return arguments;
  }

  private Outcome load(String command, Object... more) throws Exception {
    List<String> arguments = arguments(command);
    for (Object each : more) {
      arguments.add(each.toString());
    }
    arguments.add((command.equals("load-orders") ? "--topic=" : "--customers.topic=") + topic);
    return Trial.inProcess(arguments);
  }

  /** The newest value of each key. */
  private Map<String, String> customers() throws Exception {
    Map<String, String> customers = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : kafka.read(topic)) {
      String id = new String(record.key(), UTF_8);
      if (record.value() == null) {
        customers.remove(id);
      } else {
        customers.put(id, new String(record.value(), UTF_8));
      }
    }
    return customers;
  }

  private static String customer(String id, String name, String industries) {
    return "{\"customer_id\":\"%s\",\"company_name\":\"%s\",\"industries\":[%s]}"
        .formatted(id, name, industries);
  }

  @Test
  void ordersOfEveryKindOfFileArriveAsTheyStand() throws Exception {
    Path array = file("array.json", "[" + FIRST + ",\n" + SECOND + "]");
    Path lines = folder.resolve("lines.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(lines))) {
      out.write((FIRST + "\n" + FIRST.replace('1', '3')).getBytes(UTF_8));
    }
    load("load-orders", array, lines, "--partitions=1")
        .done()
        .says("4 orders acknowledged by topic " + topic);
    List<String> values = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : kafka.read(topic)) {
      assertNull(record.key());
      values.add(new String(record.value(), UTF_8));
    }
    assertEquals(List.of(FIRST, SECOND, FIRST, FIRST.replace('1', '3')), values);
  }

  @Test
  void aBrokenFileOfOrdersIsNamedAndTheOrdersBeforeItAreSent() throws Exception {
    Path broken = file("broken.jsonl", FIRST + "\n" + SECOND + "\n{\"order_id\": 3,}\n" + FIRST);
    load("load-orders", broken)
        .stopped(Outcome.USAGE, broken + ", line 4: not JSON", "The 2 orders before", "load it");
    assertEquals(2, kafka.read(topic).size());

    Path cut = folder.resolve("cut.json.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(cut))) {
      out.write(FIRST.getBytes(UTF_8));
    }
    Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(cut), 30));
    load("load-orders", cut).stopped(Outcome.USAGE, cut.toString(), "ends early");
    load("load-orders", folder.resolve("none")).stopped(Outcome.USAGE, "none does not exist");
    load("load-orders").stopped(Outcome.USAGE, "FILE");
  }

  @Test
  void customersThatAreLoadedTwiceAreSentOnceAndMissingOnesStayUnlessToldOtherwise()
      throws Exception {
    Path file = file("1.csv", HEADER + "a,A,\"Food;Ploymer\"\nb,B,\nc,C,Oil&Gas");
    load("load-customers", file)
        .done()
        .says("3 customers: 3 sent to topic " + topic + ", 0 unchanged")
        .says("'Ploymer'. Did you mean Polymer?");
    assertEquals("compact", kafka.setting(topic, "cleanup.policy").value());
    assertEquals("604800000", kafka.setting(topic, "delete.retention.ms").value());
    load("load-customers", folder).done().says("3 customers: 0 sent");
    assertEquals(3, kafka.read(topic).size());

    Path other = file("2.csv", HEADER + "a,A,\"Polymer;Food\"\nd,D,");
    load("load-customers", other).done().says("2 customers: 2 sent").says("2 kept");
    load("load-customers", other, "--delete.missing").done().says("2 customers: 0 sent");
    assertEquals(
        Map.of("a", customer("a", "A", "\"Food\",\"Polymer\""), "d", customer("d", "D", "")),
        customers());

    file("2.csv", HEADER);
    load("load-customers", other, "--delete.missing")
        .stopped(Outcome.USAGE, "would delete all 2 of topic " + topic);
    assertEquals(2, customers().size());
  }

  @Test
  void aGeneratedHistoryComesWithItsCustomers() throws Exception {
    Path file = folder.resolve("customers.csv");
    List<String> arguments =
        arguments(
            "generate",
            "--orders",
            "--days=2",
            "--history.only",
            "--rate=1",
            "--customers=50",
            "--customers.file=" + file,
            "--topic=" + topic + "-orders");
    Trial.inProcess(arguments).done().says(" orders acknowledged by topic " + topic + "-orders");
    load("load-customers", file).done().says("50 customers: 50 sent");
    Map<String, String> customers = customers();
    List<ConsumerRecord<byte[], byte[]>> orders = kafka.read(topic + "-orders");
    assertTrue(orders.size() >= 200 && orders.size() <= 400, orders.size() + " orders");
    for (ConsumerRecord<byte[], byte[]> order : orders) {
      Matcher customer = CUSTOMER_ID.matcher(new String(order.value(), UTF_8));
      assertTrue(customer.find() && customers.containsKey(customer.group(1)), customer::toString);
    }
  }

  @Test
  void nothingIsSentOfABatchInWhichAFileIsBroken() throws Exception {
    file("1.csv", HEADER + "a,A,Food\n");
    Path broken = file("2.csv", HEADER + "b,B\n");
    load("load-customers", folder).stopped(Outcome.USAGE, broken + ", line 2: 2 fields");
    assertEquals(0, kafka.partitions(topic));

    kafka.createTopic(topic, 1, Map.of("cleanup.policy", "delete"));
    load("load-customers", folder.resolve("1.csv"))
        .stopped(Outcome.REFUSED, topic, "cleanup.policy=delete", "Set it to compact");
  }

  @Test
  void aWatchLoadsWhatComesAndEndsInOrder() throws Exception {
    file("1.csv", HEADER + "a,A,Food");
    List<String> arguments =
        arguments(
            "load-customers",
            folder.toString(),
            "--customers.topic=" + topic,
            "--watch",
            "--watch.interval=100ms");
    try (Instance watch = Instance.start(arguments, folder.resolve("watch.log"))) {
      watch.awaitOutput("1 customer: 1 sent");
      file("2.csv", HEADER + "a,A\n");
      watch.awaitOutput("2.csv, line 2: 2 fields");
      file("2.csv", HEADER + "a,A2,Food\nb,B,");
      watch.awaitOutput("2 customers: 2 sent");
      Outcome outcome = watch.terminate();
      assertEquals(Outcome.DONE, outcome.exitCode(), outcome.output());
    }
    assertTrue(customers().values().contains(customer("a", "A2", "\"Food\"")));
  }
}
