package dev.tally.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.Stop;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.TargetTopic;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Brings a compacted topic of customers to what files say, and sends only what differs. The topic
 * is read first, so that a file that is loaded twice sends nothing the second time.
 */
public final class CustomerLoad {
  /**
   * The result of one batch.
   *
   * @param customers in the files
   * @param sent those that were new or had changed
   * @param deleted those that were in the topic and not in the files, with deletion asked for
   * @param kept the same without
   */
  public record Outcome(String topic, long customers, long sent, long deleted, long kept) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d customer%s: %,d sent to topic %s, %,d unchanged; %,d deleted, %,d kept that are in"
              + " no file.",
          customers,
          customers == 1 ? "" : "s",
          sent,
          topic,
          customers - sent,
          deleted,
          kept);
    }
  }

  /** Of a topic that has to be created: a table is read by one reader as a whole. */
  private static final int PARTITIONS = 1;

  private final ClientSettings clients;
  private final Map<String, Object> consumerSettings;
  private final Map<String, Object> producerSettings;
  private final String topic;
  private final Industries industries;
  private final boolean deleteMissing;

  /**
   * Connects nothing yet.
   *
   * @param deleteMissing whether a customer that is in the topic and in no file is deleted
   * @throws Stop if a setting is wrong
   */
  public CustomerLoad(
      ClientSettings clients, String topic, Industries industries, boolean deleteMissing) {
    this.clients = clients;
    this.consumerSettings = CustomerTable.settings(clients);
    this.producerSettings = Publisher.settings(clients);
    this.topic = topic;
    this.industries = industries;
    this.deleteMissing = deleteMissing;
  }

  /**
   * Sends what these files say and the topic does not, and returns when it is acknowledged. Holds
   * all customers in memory, about 500 bytes each.
   *
   * @param notices is told of industries that are not known
   * @throws Stop with {@link Stop.Reason#USAGE} if a file is not what it should be, before anything
   *     is sent; or if brokers do not answer or refuse
   */
  public Outcome load(List<Path> files, Consumer<String> notices) {
    CustomerBatch batch = CustomerBatch.read(files, industries);
    batch.unknownIndustries().forEach(notices);
    TargetTopic.ensureCompacted(clients, Publisher.CLIENT_ID, topic, PARTITIONS);
    Map<String, byte[]> known = CustomerTable.read(clients, consumerSettings, topic);
    try (Publisher publisher = Publisher.open(clients, producerSettings, topic)) {
      return publish(batch.values(), known, publisher);
    }
  }

  /**
   * Sends the difference.
   *
   * @param known what the topic has; what is in the batch is removed from it
   */
  Outcome publish(Map<String, byte[]> batch, Map<String, byte[]> known, Publisher publisher) {
    if (deleteMissing && batch.isEmpty() && !known.isEmpty()) {
      throw Stop.usage(
          "the files have no customer, so --delete.missing would delete all %d of topic %s. Leave"
              + " it out, or name other files.",
          known.size(), topic);
    }
    long sent = 0;
    for (Map.Entry<String, byte[]> customer : batch.entrySet()) {
      byte[] before = known.remove(customer.getKey());
      if (!Arrays.equals(before, customer.getValue())) {
        publisher.send(customer.getKey().getBytes(UTF_8), customer.getValue());
        sent++;
      }
    }
    if (deleteMissing) {
      known.keySet().forEach(id -> publisher.send(id.getBytes(UTF_8), null));
    }
    publisher.flush();
    long missing = known.size();
    return new Outcome(
        topic, batch.size(), sent, deleteMissing ? missing : 0, deleteMissing ? 0 : missing);
  }
}
