package dev.tally.it;

import dev.tally.broker.LocalBroker;
import dev.tally.state.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A broker, and what tests do to it and see of it. Its folder is deleted when it is closed.
 *
 * @param cluster whose only broker it is
 */
record RunningBroker(Path folder, LocalBroker broker, Cluster cluster) implements AutoCloseable {
  /** Shorter times than the defaults, for which tests of take-overs would have to wait. */
  private static final Map<String, String> IMPATIENT =
      Map.of(
          // The transaction of a dead producer is ended as soon as its timeout has passed.
          "transaction.abort.timed.out.transaction.cleanup.interval.ms", "500",
          // Under the consumer protocol the broker sets the session timeout: 45 s by default.
          "group.consumer.min.heartbeat.interval.ms", "500",
          "group.consumer.heartbeat.interval.ms", "500",
          "group.consumer.min.session.timeout.ms", "3000",
          "group.consumer.session.timeout.ms", "4000",
          // Expired records are deleted soon, and the files of a deleted topic at once.
          "log.retention.check.interval.ms", "500",
          "log.initial.task.delay.ms", "500",
          "log.segment.delete.delay.ms", "0");

  /**
   * Starts a broker.
   *
   * @param more of the broker's settings, which win over the short times
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
