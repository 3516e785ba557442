package dev.tally.engine;

import dev.tally.Stop;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.Job;
import dev.tally.job.Output;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what a job emits for the current record. The first thing sent opens the transaction. */
final class Outlet implements Output {
  private static final Logger log = LoggerFactory.getLogger(Outlet.class);

  private final String[] topics;
  private final boolean[] samePartitions;
  private final DeadLetters deadLetters;
  private final Set<DeadLetterReason> fatal;
  private final Job job;
  private final Session session;
  private final Counts counts;
  private List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = List.of();
  private @Nullable Integer partition;
  private int current;
  private boolean open;
  private long sent;

  Outlet(
      List<OutputTopic> outputs,
      TopicLayout layout,
      DeadLetters deadLetters,
      Set<DeadLetterReason> fatal,
      Job job,
      Session session,
      Counts counts) {
    this.topics = new String[outputs.size()];
    this.samePartitions = new boolean[outputs.size()];
    for (int i = 0; i < topics.length; i++) {
      topics[i] = outputs.get(i).name();
      samePartitions[i] = layout.sameOutputPartitions(i);
    }
    this.deadLetters = deadLetters;
    this.fatal = fatal;
    this.job = job;
    this.session = session;
    this.counts = counts;
  }

  /** The current records, all of one partition. */
  void records(List<ConsumerRecord<ByteBuffer, ByteBuffer>> records) {
    this.records = records;
    partition = records.isEmpty() ? null : records.get(0).partition();
  }

  /** The output for the record at this index. */
  Outlet current(int index) {
    current = index;
    return this;
  }

  @Override
  public boolean live() {
    return true;
  }

  @Override
  public void answer(int topic, byte @Nullable [] key, byte[] value) {
    answer(topic, partition, key, value);
  }

  private void answer(int topic, @Nullable Integer source, byte @Nullable [] key, byte[] value) {
    Integer target = samePartitions[topic] ? source : null;
    send(new ProducerRecord<>(topics[topic], target, key, value));
    counts.answered();
  }

  /** The output for what a shard of this partition emits without a record. */
  Output withoutRecord(int source) {
    return new Output() {
      @Override
      public boolean live() {
        return true;
      }

      @Override
      public void answer(int topic, byte @Nullable [] key, byte[] value) {
        Outlet.this.answer(topic, Integer.valueOf(source), key, value);
      }

      @Override
      public void deadLetter(DeadLetterReason reason, String message) {
        throw new IllegalStateException("there is no record that could be a dead letter");
      }
    };
  }

  /** How much has been sent so far, in this transaction and before it. */
  long sent() {
    return sent;
  }

  @Override
  public void deadLetter(DeadLetterReason reason, String message) {
    ConsumerRecord<ByteBuffer, ByteBuffer> record = records.get(current);
    if (fatal.contains(reason)) {
      throw Stop.refused(
          "%s-%d offset %d is %s: %s. %s",
          record.topic(),
          record.partition(),
          record.offset(),
          reason.text(),
          message,
          job.cure(reason));
    }
    send(deadLetters.of(record, reason, message));
    if (counts.deadLetter(reason)) {
      log.warn(
          "the first dead letter that is {}: {}-{} offset {}: {}. More are counted each minute",
          reason.text(),
          record.topic(),
          record.partition(),
          record.offset(),
          message);
    }
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    open();
    session.send(record);
    sent++;
  }

  /** Begins the transaction, unless it has begun. */
  void open() {
    if (!open) {
      session.begin();
      open = true;
    }
  }

  boolean isOpen() {
    return open;
  }

  /**
   * The transaction is committed.
   *
   * @param nanos from the poll that brought its first records
   */
  void committed(long nanos) {
    open = false;
    counts.committed(nanos);
  }

  /** The transaction was aborted, or ends with its session: what is in it does not count. */
  void aborted() {
    open = false;
    counts.forget();
  }
}
