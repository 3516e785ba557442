package dev.tally.it;

import dev.tally.broker.LocalBroker;
import dev.tally.state.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A broker and a view of it; its folder goes with it.
 *
 * @param cluster of which it is the only one
 */
record RunningBroker(Path folder, LocalBroker broker, Cluster cluster) implements AutoCloseable {
  /** What takes brokers long by default, and would make tests of take-overs wait. */
  private static final Map<String, String> IMPATIENT =
      Map.of(
          // Transactions of the dead are ended as soon as their timeout has passed.
          "transaction.abort.timed.out.transaction.cleanup.interval.ms", "500",
          // The consumer protocol has its session timeout from the broker: 45 s by default.
          "group.consumer.min.heartbeat.interval.ms", "500",
          "group.consumer.heartbeat.interval.ms", "500",
          "group.consumer.min.session.timeout.ms", "3000",
          "group.consumer.session.timeout.ms", "4000",
          // What retention does not keep goes soon, and a deleted topic's files at once.
          "log.retention.check.interval.ms", "500",
          "log.initial.task.delay.ms", "500",
          "log.segment.delete.delay.ms", "0");

  /**
   * Starts one.
   *
   * @param more of the broker's settings, over those that spare tests the waiting
   */
  static RunningBroker start(Release release, Map<String, String> more) {
    return start(release, more, LocalBroker.drawPort());
  }

  static RunningBroker start(Release release, Map<String, String> more, int port) {
    try {
      Path folder = Files.createTempDirectory("tally-it-");
      Map<String, String> settings = new HashMap<>(IMPATIENT);
      settings.putAll(more);
      LocalBroker broker = release.broker(folder, settings, port);
      broker.start();
      return new RunningBroker(folder, broker, new Cluster(broker.bootstrapServers()));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("the broker cannot be started", e);
    }
  }

  @Override
  public void close() throws IOException {
    cluster.close();
    broker.close();
    Damage.deleteTree(folder);
  }
}
