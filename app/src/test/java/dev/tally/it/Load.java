package dev.tally.it;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.tally.generate.EventTime;
import dev.tally.generate.Generator;
import dev.tally.generate.Missing;
import dev.tally.generate.Plan;
import dev.tally.generate.RowKey;
import dev.tally.generate.Rows;
import dev.tally.kafka.ClientSettings;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Rows that keep coming, with the time of sending as event time. */
final class Load implements AutoCloseable {
  private final Generator generator;
  private final CompletableFuture<Long> acknowledged = new CompletableFuture<>();

  private Load(Generator generator) {
    this.generator = generator;
  }

  static Load start(Cluster kafka, String topic, long rowsPerSecond) {
    Plan plan =
        new Plan(
            Rows.bundled(),
            topic,
            1,
            RowKey.STOCKCODE,
            Missing.NULL,
            new EventTime.Now(),
            rowsPerSecond,
            OptionalLong.empty(),
            true);
    Load load =
        new Load(Generator.load(new ClientSettings(kafka.bootstrapServers(), Map.of()), plan));
    Thread thread = new Thread(load::run, "load");
    thread.setDaemon(true);
    thread.start();
    return load;
  }

  private void run() {
    try {
      acknowledged.complete(generator.run().acknowledged());
    } catch (RuntimeException e) {
      acknowledged.completeExceptionally(e);
    }
  }

  /** Ends it and says how many rows there are. */
  long end() throws Exception {
    generator.stop();
    return acknowledged.get(60, SECONDS);
  }

  @Override
  public void close() {
    generator.stop();
  }
}
