package dev.tally.engine;

import dev.tally.Stop;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.Output;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what a job emits for the record at hand, into a transaction that opens with the first. */
final class Outlet implements Output {
  private static final Logger log = LoggerFactory.getLogger(Outlet.class);

  private final String topic;
  private final boolean samePartitions;
  private final DeadLetters deadLetters;
  private final Set<DeadLetterReason> fatal;
  private final Session session;
  private final Counts counts;
  private List<ConsumerRecord<ByteBuffer, ByteBuffer>> sources = List.of();
  private @Nullable Integer partition;
  private int source;
  private boolean open;

  Outlet(
      String topic,
      boolean samePartitions,
      DeadLetters deadLetters,
      Set<DeadLetterReason> fatal,
      Session session,
      Counts counts) {
    this.topic = topic;
    this.samePartitions = samePartitions;
    this.deadLetters = deadLetters;
    this.fatal = fatal;
    this.session = session;
    this.counts = counts;
  }

  /** What is emitted from now on belongs to records of this list, all of one partition. */
  void of(List<ConsumerRecord<ByteBuffer, ByteBuffer>> records) {
    sources = records;
    partition = samePartitions && !records.isEmpty() ? records.get(0).partition() : null;
  }

  /** What is emitted from now on belongs to this record in the list. */
  Outlet at(int index) {
    source = index;
    return this;
  }

  @Override
  public boolean live() {
    return true;
  }

  @Override
  public void answer(byte[] key, byte[] value) {
    send(new ProducerRecord<>(topic, partition, key, value));
    counts.answered();
  }

  @Override
  public void deadLetter(DeadLetterReason reason, String message) {
    ConsumerRecord<ByteBuffer, ByteBuffer> record = sources.get(source);
    if (fatal.contains(reason)) {
      throw Stop.refused(
          "%s-%d offset %d is %s: %s. %s",
          record.topic(),
          record.partition(),
          record.offset(),
          reason.text(),
          message,
          cure(reason));
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

  private static String cure(DeadLetterReason reason) {
    return reason == DeadLetterReason.MISKEYED
        ? "Rows of one StockCode must share a partition: produce them keyed by StockCode, as 'tally"
            + " generate' does; or set --on.miskeyed dead-letter, or accept where something else"
            + " keeps them together."
        : "Mend what produces such records, or let them go to the dead letters with --on.bad.record"
            + " dead-letter.";
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    open();
    session.send(record);
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

  /** The transaction has ended, or ends with its session, and what is in it does not count. */
  void aborted() {
    open = false;
    counts.forget();
  }
}
