package dev.tally.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * How long after its end the first new answer can be read, the start of the new process included.
 * Rows go on coming at a steady pace all the time.
 */
final class Recovery {
  private static final int ROWS_PER_SECOND = 2000;
  private static final Duration ANSWER_ATMOST = Duration.ofMinutes(10);

  /** What the new process comes after. */
  enum After {
    STOP("SIGTERM, disk kept"),
    KILL("kill -9, disk kept"),
    LOSS("kill -9, disk gone");

    private final String title;

    After(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private final Brokers brokers;
  private final Workload workload;

  /**
   * Prepares nothing yet.
   *
   * @param workload rows that are answered before the first end
   */
  Recovery(Brokers brokers, Workload workload) {
    this.brokers = brokers;
    this.workload = workload;
  }

  /**
   * Ends a contestant as often as asked for and starts it again.
   *
   * @return the time to the first new answer, each time
   */
  List<Duration> run(Contestant contestant, String run, After after, int times) throws Exception {
    String input = run + "-data";
    String output = run + "-agg";
    brokers.createTopic(input, workload.partitions());
    brokers.createTopic(output, workload.partitions());
    Load.all(brokers.bootstrapServers(), input, workload);
    Contestant.Assignment assignment =
        new Contestant.Assignment(
            brokers.bootstrapServers(), input, output, run, brokers.folder().resolve(run));
    Running running = Running.start(contestant, assignment);
    try (Load.Paced load =
        new Load.Paced(
            brokers.bootstrapServers(),
            input,
            workload,
            workload.rows(),
            ROWS_PER_SECOND,
            workload::value)) {
      awaitAnswered(running, output);
      List<Duration> took = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        // So that state is saved, and some of what comes after it is not.
        TimeUnit.SECONDS.sleep(5);
        running.requireAlive();
        end(running, after, assignment);
        long beganMillis = System.currentTimeMillis();
        running = Running.start(contestant, assignment);
        took.add(Duration.ofMillis(awaitNew(output, beganMillis) - beganMillis));
      }
      return took;
    } finally {
      running.close();
      brokers.deleteTopicsOf(run);
      Brokers.deleteTree(assignment.state());
    }
  }

  private static void end(Running running, After after, Contestant.Assignment assignment)
      throws Exception {
    if (after == After.STOP) {
      running.close();
    } else {
      running.kill();
    }
    if (after == After.LOSS) {
      Brokers.deleteTree(assignment.state());
    }
  }

  private void awaitAnswered(Running running, String output) throws Exception {
    long untilNanos = System.nanoTime() + ANSWER_ATMOST.toNanos();
    long rows = workload.rows();
    while (brokers.end(output, workload.partitions()) < rows) {
      running.requireAlive();
      if (System.nanoTime() - untilNanos > 0) {
        throw new IllegalStateException("the rows are not answered in " + ANSWER_ATMOST);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** When the first answer arrived that the broker took after a time. */
  private long awaitNew(String output, long afterMillis) {
    List<TopicPartition> all = Brokers.partitions(output, workload.partitions());
    try (KafkaConsumer<byte[], byte[]> consumer = Answers.consumer(brokers.bootstrapServers())) {
      consumer.assign(all);
      consumer.seekToEnd(all);
      long untilNanos = System.nanoTime() + ANSWER_ATMOST.toNanos();
      while (System.nanoTime() - untilNanos < 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(10))) {
          if (record.timestamp() >= afterMillis) {
            return System.currentTimeMillis();
          }
        }
      }
      throw new IllegalStateException("no new answer in " + ANSWER_ATMOST);
    }
  }
}
