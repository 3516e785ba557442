package dev.tally.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.job.DeadLetterReason;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Compares every committed transaction and every save with the oracle. Each record from the last
 * committed offset to the new one has exactly one answer or dead letter, and the metadata lets a
 * machine without a disk go on exactly.
 */
final class Ledger {
  // A slice is a tenth of the window or of the grace, whichever is longer; the first and the last
  // are within reach only in part.
  private static final int SLICES_MAX = 22;

  /** A stretch of answers that depends on nothing before it: since an offset was set, say. */
  private static final class Era {
    private final Oracle oracle;
    private final String fingerprint;
    // An operator has accepted sums that may be too small.
    private boolean gapAccepted;
    // Where it began, -1 before its first commit; and whether its state has been rebuilt since.
    private long begunAt = -1;
    private boolean live;

    Era(Oracle oracle, String fingerprint) {
      this.oracle = oracle;
      this.fingerprint = fingerprint;
    }
  }

  private static final class Account {
    private Era era;
    // The era of the last commit: settings that are changed and put back before the next commit
    // change nothing.
    private Era committedEra;
    // The offset after the last record that has its answer; -1 before the first commit.
    private long answeredTo = -1;
    private boolean rewritten;
    private final List<OffsetAndMetadata> history = new ArrayList<>();

    Account(Era era) {
      this.era = era;
      this.committedEra = era;
    }
  }

  private final Cluster cluster;
  private final String outputTopic;
  private final Map<Integer, Account> accounts = new TreeMap<>();
  private Rules rules;
  private boolean settingsMayChange;
  private Set<DeadLetterReason> refused = Set.of();
  private long answers;

  Ledger(Cluster cluster, String outputTopic, Rules rules) {
    this.cluster = cluster;
    this.outputTopic = outputTopic;
    this.rules = rules;
    openAccounts();
  }

  /** Opens accounts for partitions that have none. */
  void openAccounts() {
    for (int i = accounts.size(); i < cluster.logs.size(); i++) {
      accounts.put(i, new Account(newEra(i)));
    }
  }

  /** Answers from now on depend only on what is retained now. */
  private Era newEra(int partition) {
    Log log = cluster.logs.get(partition);
    int partitions = cluster.logs.size();
    return new Era(
        new Oracle(log, log.start(), rules, partitions), rules.job().fingerprint(partitions));
  }

  private Account account(int partition) {
    return Objects.requireNonNull(accounts.get(partition));
  }

  Oracle oracleOf(int partition) {
    return account(partition).era.oracle;
  }

  long answers() {
    return answers;
  }

  // --- what operators do

  /** The group's offset was set or, if negative, deleted: answers start over there. */
  void beginAnew(int partition, long offset) {
    Account account = account(partition);
    account.era = newEra(partition);
    account.answeredTo = offset;
    account.history.clear();
  }

  /** Answers from now on follow other settings, over everything that is retained. */
  void changeSettings(Rules next, boolean allowed) {
    rules = next;
    settingsMayChange = allowed;
    String fingerprint = next.job().fingerprint(cluster.logs.size());
    for (int partition : accounts.keySet()) {
      Account account = account(partition);
      OffsetAndMetadata committed = cluster.committed(partition);
      boolean same =
          committed != null
              && !committed.metadata().isEmpty()
              && Metadata.parse(committed.metadata()).fingerprint().equals(fingerprint);
      if (same) {
        account.era = account.committedEra;
      } else {
        account.era = newEra(partition);
        account.history.clear();
      }
    }
  }

  void allowSettingsToChange() {
    settingsMayChange = true;
  }

  /** Kafka lost every commit after this one. */
  void goBack(int partition, OffsetAndMetadata to) {
    Account account = account(partition);
    account.answeredTo = to.offset();
    account.history.subList(account.history.indexOf(to) + 1, account.history.size()).clear();
  }

  List<OffsetAndMetadata> history(int partition) {
    return account(partition).history;
  }

  /** An operator goes on without what retention deleted: sums are those of what is left. */
  void acceptGap(int partition) {
    Account account = account(partition);
    account.era = newEra(partition);
    account.era.gapAccepted = true;
    account.answeredTo = Math.max(account.answeredTo, cluster.logs.get(partition).start());
    account.history.clear();
  }

  /** Answered records are no longer in the log: what follows cannot be judged. */
  void rewritten(int partition) {
    account(partition).rewritten = true;
  }

  /** From now on a record like these may only be met with a stop. */
  void refuse(Set<DeadLetterReason> reasons) {
    refused = reasons;
  }

  /** The offset of the first unanswered record that must be met with a stop, -1 if none is. */
  long firstRefused(int partition) {
    Account account = account(partition);
    Log log = cluster.logs.get(partition);
    long answeredTo = account.answeredTo < 0 ? cluster.startFrom(partition) : account.answeredTo;
    long from = Math.max(account.era.oracle.base(), answeredTo);
    for (long offset = from; offset < log.stableEnd() && !refused.isEmpty(); offset++) {
      if (refused(account.era.oracle.at(offset))) {
        return offset;
      }
    }
    return -1;
  }

  private boolean refused(Oracle.@Nullable Expected expected) {
    return expected != null
        && ((expected.miskeyed() && refused.contains(DeadLetterReason.MISKEYED))
            || refused.stream().anyMatch(reason -> reason.text().equals(expected.deadLetter())));
  }

  /** Requires that whatever the brokers have committed was checked here. */
  void check(int partition) {
    Account account = account(partition);
    OffsetAndMetadata decided = cluster.decided(partition);
    if (decided != null && !decided.metadata().isEmpty() && !account.history.isEmpty()) {
      OffsetAndMetadata last = account.history.get(account.history.size() - 1);
      if (!decided.equals(last) || account.answeredTo != decided.offset()) {
        throw Violation.of("%d is committed at %s instead of %s", partition, decided, last);
      }
    }
  }

  // --- transactions

  void committing(
      Map<Integer, OffsetAndMetadata> offsets, List<ProducerRecord<byte[], byte[]>> sent) {
    for (ProducerRecord<byte[], byte[]> record : sent) {
      if (record.partition() == null || !offsets.containsKey(record.partition())) {
        throw Violation.of("%s is answered without an offset", record);
      }
    }
    for (Map.Entry<Integer, OffsetAndMetadata> entry : offsets.entrySet()) {
      int partition = entry.getKey();
      OffsetAndMetadata offset = entry.getValue();
      Account account = account(partition);
      boolean first = account.answeredTo < 0;
      long from = first ? cluster.startFrom(partition) : account.answeredTo;
      if (offset.offset() < from) {
        throw Violation.of("%d is committed at %d after %d", partition, offset.offset(), from);
      }
      checkAnswers(partition, from, offset.offset(), sent);
      if (account.era.begunAt < 0) {
        account.era.begunAt = from;
      }
      checkMetadata(partition, offset, first || account.history.isEmpty());
      account.answeredTo = offset.offset();
      account.history.add(offset);
      account.committedEra = account.era;
    }
  }

  private void checkAnswers(
      int partition, long from, long to, List<ProducerRecord<byte[], byte[]>> sent) {
    Log log = cluster.logs.get(partition);
    if (to > log.stableEnd()) {
      throw Violation.of("%d is committed at %d, after its end", partition, to);
    }
    Account account = account(partition);
    Iterator<ProducerRecord<byte[], byte[]>> given = of(partition, sent, true);
    Iterator<ProducerRecord<byte[], byte[]>> letters = of(partition, sent, false);
    for (long offset = from; offset < to; offset++) {
      if (log.row(offset) == null) {
        continue;
      }
      answers++;
      if (account.rewritten) {
        checkOneOf(partition, offset, given, letters);
        continue;
      }
      Oracle.Expected expected = Objects.requireNonNull(account.era.oracle.at(offset));
      if (refused(expected)) {
        throw Violation.of(
            "%d offset %d is answered, but must be met with a stop", partition, offset);
      }
      if (expected.answer() != null) {
        checkAnswer(partition, offset, expected.answer(), given);
      } else {
        checkLetter(partition, offset, String.valueOf(expected.deadLetter()), letters);
      }
    }
    if (given.hasNext() || letters.hasNext()) {
      throw Violation.of(
          "%d has more answers from %d to %d than it has records: %s",
          partition, from, to, shown(given.hasNext() ? given.next() : letters.next()));
    }
  }

  private Iterator<ProducerRecord<byte[], byte[]>> of(
      int partition, List<ProducerRecord<byte[], byte[]>> sent, boolean output) {
    return sent.stream()
        .filter(record -> Objects.equals(record.partition(), partition))
        .filter(record -> record.topic().equals(outputTopic) == output)
        .iterator();
  }

  private static void checkOneOf(
      int partition,
      long offset,
      Iterator<ProducerRecord<byte[], byte[]>> given,
      Iterator<ProducerRecord<byte[], byte[]>> letters) {
    Iterator<ProducerRecord<byte[], byte[]>> either = letters.hasNext() ? letters : given;
    if (!either.hasNext()) {
      throw Violation.of("%d offset %d has no answer", partition, offset);
    }
    either.next();
  }

  private void checkAnswer(
      int partition, long offset, String expected, Iterator<ProducerRecord<byte[], byte[]>> given) {
    if (!given.hasNext()) {
      throw Violation.of("%d offset %d has no answer", partition, offset);
    }
    ProducerRecord<byte[], byte[]> record = given.next();
    Row row = Objects.requireNonNull(cluster.logs.get(partition).row(offset));
    String code = row.sale() == null ? "" : row.sale().code();
    if (!shown(record).equals(expected) || !Arrays.equals(record.key(), code.getBytes(UTF_8))) {
      throw Violation.of(
          "%d offset %d has the answer %s instead of %s",
          partition, offset, shown(record), expected);
    }
  }

  private void checkLetter(
      int partition, long offset, String reason, Iterator<ProducerRecord<byte[], byte[]>> letters) {
    if (!letters.hasNext()) {
      throw Violation.of("%d offset %d has no dead letter (%s)", partition, offset, reason);
    }
    ProducerRecord<byte[], byte[]> letter = letters.next();
    Row row = Objects.requireNonNull(cluster.logs.get(partition).row(offset));
    if (!reason.equals(header(letter, "tally.error.reason"))
        || !Long.toString(offset).equals(header(letter, "tally.error.offset"))
        || !Integer.toString(partition).equals(header(letter, "tally.error.partition"))
        || !Arrays.equals(letter.key(), row.key())
        || !Arrays.equals(letter.value(), row.value())) {
      throw Violation.of(
          "%d offset %d has the dead letter %s at %s, instead of %s",
          partition,
          offset,
          header(letter, "tally.error.reason"),
          header(letter, "tally.error.offset"),
          reason);
    }
  }

  private static String header(ProducerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  private static String shown(ProducerRecord<byte[], byte[]> record) {
    return record.value() == null ? "null" : new String(record.value(), UTF_8);
  }

  private void checkMetadata(int partition, OffsetAndMetadata offset, boolean first) {
    Account account = account(partition);
    String where = partition + " at " + offset.offset() + " with " + offset.metadata();
    Metadata metadata = Metadata.parse(offset.metadata());
    if (!metadata.topicId().equals(cluster.topicId().toString())) {
      throw Violation.of("%s: the topic is %s", where, cluster.topicId());
    }
    String fingerprint = account.era.fingerprint;
    if (!metadata.fingerprint().equals(fingerprint)) {
      throw Violation.of("%s: settings are %s", where, fingerprint);
    }
    OffsetAndMetadata before = cluster.committed(partition);
    if (before != null
        && !before.metadata().isEmpty()
        && !settingsMayChange
        && !Metadata.parse(before.metadata()).fingerprint().equals(fingerprint)) {
      throw Violation.of("%s: no operator has accepted a change from %s", where, before.metadata());
    }
    if (offset.leaderEpoch().isPresent()
        && offset.offset() > 0
        && offset.leaderEpoch().get()
            > cluster.logs.get(partition).leaderEpoch(offset.offset() - 1)) {
      throw Violation.of("%s: leader epoch %d", where, offset.leaderEpoch().get());
    }
    if (!account.rewritten) {
      checkHistory(account.era, metadata, where);
      checkReplay(account.era.oracle, offset.offset(), metadata, first, where);
    }
  }

  /** Where retention has cut the log, sums must not begin so early that they are too small. */
  private static void checkHistory(Era era, Metadata metadata, String where) {
    era.live |= !metadata.clock().equals("?");
    if (era.live
        && !era.gapAccepted
        && era.oracle.base() > 0
        && era.oracle.base() < era.begunAt
        && era.oracle.reachesBack(era.begunAt)) {
      throw Violation.of("%s: windows at %d reach back beyond the log", where, era.begunAt);
    }
  }

  private static void checkReplay(
      Oracle oracle, long offset, Metadata metadata, boolean first, String where) {
    long needed = oracle.neededFrom(offset);
    if (metadata.replayFrom() > needed) {
      throw Violation.of("%s: the row at %d is still needed", where, needed);
    }
    BigDecimal clock = oracle.clockAt(offset);
    String expected = clock == null ? "-" : clock.movePointRight(9).toBigIntegerExact().toString();
    boolean unknown = metadata.clock().equals("?") && first;
    if (!unknown && !metadata.clock().equals(expected)) {
      throw Violation.of("%s: the clock is %s", where, expected);
    }
  }

  // --- saves

  void saved(int partition, Map<byte[], byte[]> entries) {
    Saved saved = Saved.read(entries);
    if (saved == null) {
      throw Violation.of("%d is saved without a position", partition);
    }
    if (saved.slices() > SLICES_MAX) {
      throw Violation.of("%d is saved with %d slices of the horizon", partition, saved.slices());
    }
    Account account = account(partition);
    OffsetAndMetadata committed = cluster.decided(partition);
    if (committed == null || saved.offset() > committed.offset()) {
      throw Violation.of(
          "%d is saved at %d, but %s is committed", partition, saved.offset(), committed);
    }
    if (account.rewritten || saved.exactFrom() > saved.offset()) {
      return;
    }
    BigDecimal clock = account.era.oracle.clockAt(saved.offset());
    long expected = clock == null ? Long.MIN_VALUE : clock.movePointRight(9).longValueExact();
    if (saved.clockNanos() != expected) {
      throw Violation.of(
          "%d is saved at %d with the clock %d instead of %d",
          partition, saved.offset(), saved.clockNanos(), expected);
    }
  }
}
