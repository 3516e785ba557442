package dev.tally.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Stands in for tally's commands, as far as the demo sees them from outside, so that the demo's
 * handling of its children can be tested with children that fail.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the demo counts what arrives
public final class StandIn {
  private static final CountDownLatch END_ASKED = new CountDownLatch(1);
  private static final CountDownLatch ENDED = new CountDownLatch(1);

  private StandIn() {}

  /** All goes well. */
  public static final class Sound {
    private Sound() {}

    public static void main(String[] args) throws Exception {
      run(args, Long.MAX_VALUE, 0);
    }
  }

  /** The verification disagrees. */
  public static final class Disagreeing {
    private Disagreeing() {}

    public static void main(String[] args) throws Exception {
      run(args, Long.MAX_VALUE, 1);
    }
  }

  /** An instance gives up after some rows. */
  public static final class Crashing {
    private Crashing() {}

    public static void main(String[] args) throws Exception {
      run(args, 300, 0);
    }
  }

  private static void run(String[] args, long rowsMax, int verdict) throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(StandIn::endInGoodOrder));
    String bootstrapServers = args[1].substring(args[1].indexOf('=') + 1);
    switch (args[0]) {
      case "generate" -> generate(bootstrapServers, List.of(args).contains("--frames"));
      case "rolling-sum" -> answer(bootstrapServers, Role.SUMS, rowsMax);
      case "unique-users" -> {
        if (!List.of(args).contains("--until.end")) {
          answer(bootstrapServers, Role.MINUTES, rowsMax);
        }
      }
      default -> {
        System.out.println("the verdict is " + verdict);
        ENDED.countDown();
        System.exit(verdict);
      }
    }
    ENDED.countDown();
  }

  private static void endInGoodOrder() {
    END_ASKED.countDown();
    try {
      ENDED.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What an instance of a job reads, and what it answers to each row that holds its time. */
  private record Role(String group, String input, String output, String answer) {
    static final Role SUMS =
        new Role(
            "tally-rolling-sum",
            "data",
            "agg",
            "{\"StockCode\":\"%s\",\"Epoch\":%s,\"10minutesSum\":7}");
    static final Role MINUTES =
        new Role(
            "tally-unique-users",
            "frames",
            "unique-users",
            """
            {"window":"minute","start":"2026-01-31T16:40:00Z","end":"2026-01-31T16:41:00Z",\
            "users":7,"exact":true,"lower":7,"upper":7,"frames":7,"final":false}""");
  }

  private static void generate(String bootstrapServers, boolean frames)
      throws InterruptedException {
    String topic = frames ? Role.MINUTES.input() : Role.SUMS.input();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringSerializer(),
            new StringSerializer())) {
      for (int row = 0; !END_ASKED.await(2, TimeUnit.MILLISECONDS); row++) {
        String code = "code" + row % 10;
        long nowMillis = System.currentTimeMillis();
        String epoch = String.format("%d.%03d", nowMillis / 1_000, nowMillis % 1_000);
        producer.send(new ProducerRecord<>(topic, code, epoch));
      }
    }
  }

  private static void answer(String bootstrapServers, Role role, long rowsMax)
      throws InterruptedException {
    Map<String, Object> reading =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "group.id",
            role.group(),
            "enable.auto.commit",
            "false",
            "auto.offset.reset",
            "earliest");
    Map<String, Object> writing =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "transactional.id",
            UUID.randomUUID().toString());
    try (KafkaConsumer<String, String> consumer =
            new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer());
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(writing, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      consumer.subscribe(List.of(role.input()));
      long rows = 0;
      while (!END_ASKED.await(0, TimeUnit.MILLISECONDS)) {
        var records = consumer.poll(Duration.ofMillis(100));
        if (records.isEmpty()) {
          continue;
        }
        producer.beginTransaction();
        for (ConsumerRecord<String, String> row : records) {
          String answer = role.answer().formatted(row.key(), row.value());
          producer.send(new ProducerRecord<>(role.output(), row.key(), answer));
        }
        producer.sendOffsetsToTransaction(records.nextOffsets(), consumer.groupMetadata());
        producer.commitTransaction();
        rows += records.count();
        if (rows > rowsMax) {
          System.out.println("enough of " + new ArrayList<>(records.partitions()));
          ENDED.countDown();
          System.exit(5);
        }
      }
    }
  }
}
