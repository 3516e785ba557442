package dev.tally.load;

import dev.tally.Stop;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.TargetTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sends the orders of files to a topic, each as it stands and without a key. No file is held in
 * memory. What an order has to look like, the job judges.
 */
public final class OrderLoad {
  /** A total that cannot be known, as of a pipe. */
  public static final long UNKNOWN = Long.MAX_VALUE;

  /**
   * The result of a run.
   *
   * @param acknowledged orders that all in-sync replicas have: all that were handed over
   * @param stopped whether {@link #stop} ended it early
   */
  public record Outcome(long acknowledged, Duration elapsed, boolean stopped) {}

  private final ClientSettings clients;
  private final Map<String, Object> producerSettings;
  private final String topic;
  private final int partitions;
  private final List<Path> files;
  private final long bytesTotal;
  private final AtomicLong bytesRead = new AtomicLong();
  private volatile boolean stopped;

  /**
   * Connects nothing yet.
   *
   * @param partitions of the topic if it has to be created
   * @throws Stop if a setting is wrong, or a file cannot be read
   */
  public OrderLoad(ClientSettings clients, String topic, int partitions, List<Path> files) {
    this.clients = clients;
    this.topic = topic;
    this.partitions = partitions;
    this.files = List.copyOf(files);
    TargetTopic.requirePartitions(partitions);
    this.producerSettings = Publisher.settings(clients);
    files.forEach(InputFile::requireReadable);
    this.bytesTotal = bytes(files);
  }

  private static long bytes(List<Path> files) {
    long bytes = 0;
    for (Path file : files) {
      try {
        if (!Files.isRegularFile(file)) {
          return UNKNOWN;
        }
        bytes += Files.size(file);
      } catch (IOException e) {
        return UNKNOWN; // only the progress bar misses it
      }
    }
    return bytes;
  }

  /** How many bytes of the files are read so far, compressed as they are. */
  public long bytesRead() {
    return bytesRead.get();
  }

  /** How many bytes the files have, or {@link #UNKNOWN}. */
  public long bytesTotal() {
    return bytesTotal;
  }

  /** Ends {@link #run} soon; what was handed over is waited for. */
  public void stop() {
    stopped = true;
  }

  /**
   * Sends all orders and returns when they are acknowledged. To be called once.
   *
   * @throws Stop if the brokers cannot be reached or refuse an order, or if a file is not what it
   *     should be; then the orders before that place have been sent
   */
  public Outcome run() {
    TargetTopic.ensure(clients, Publisher.CLIENT_ID, topic, partitions);
    long beganNanos = System.nanoTime();
    try (Publisher publisher = Publisher.open(clients, producerSettings, topic)) {
      for (Path file : files) {
        send(file, publisher);
      }
      publisher.flush();
      Duration elapsed = Duration.ofNanos(System.nanoTime() - beganNanos);
      return new Outcome(publisher.acknowledged(), elapsed, stopped);
    }
  }

  private void send(Path file, Publisher publisher) {
    long sent = 0;
    try (JsonObjects orders = new JsonObjects(InputFile.open(file, bytesRead))) {
      for (byte[] order = next(orders); order != null; order = next(orders)) {
        publisher.send(null, order);
        sent++;
      }
    } catch (IOException e) {
      publisher.flush();
      throw Stop.usage(
          "%s, %s. The %d orders before this place have been sent. Mend the file and load it again:"
              + " an order that comes twice counts once.",
          file, words(e, sent), sent);
    }
  }

  private byte @Nullable [] next(JsonObjects orders) throws IOException {
    return stopped ? null : orders.next();
  }

  private static String words(IOException failure, long sent) {
    return failure instanceof JsonObjects.Malformed
        ? String.valueOf(failure.getMessage())
        : "after order " + sent + ": " + InputFile.words(failure);
  }
}
