package dev.tally.it;

import dev.tally.demo.LocalBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One real broker for all test classes of a run; it starts with the first that asks for it. Tests
 * share it, so each names its topics and groups for itself.
 */
final class SharedBroker implements ParameterResolver {
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
          // A deleted topic's files go at once.
          "log.segment.delete.delay.ms", "0");

  private record Running(Path folder, LocalBroker broker, Cluster cluster)
      implements AutoCloseable {
    static Running start() {
      try {
        Path folder = Files.createTempDirectory("tally-it-");
        LocalBroker broker = new LocalBroker(folder, IMPATIENT, LocalBroker.HEAP_MEGABYTES);
        broker.start();
        return new Running(folder, broker, new Cluster(broker.bootstrapServers()));
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("the broker cannot be started", e);
      }
    }

    @Override
    public void close() throws IOException {
      cluster.close();
      broker.close();
      List<Path> files;
      try (Stream<Path> walked = Files.walk(folder)) {
        files = walked.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Cluster.class || type == LocalBroker.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(SharedBroker.class))
            .computeIfAbsent(Running.class, key -> Running.start(), Running.class);
    return parameter.getParameter().getType() == Cluster.class
        ? running.cluster()
        : running.broker();
  }
}
