package dev.tally.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the engine relies on. Real clients and simulated ones both have to keep it. */
public abstract class SessionContract {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long LONGEST_NANOS = Duration.ofSeconds(60).toNanos();

  private final List<Member> members = new ArrayList<>();
  private @Nullable SessionWorld made;

  protected abstract SessionWorld newWorld() throws Exception;

  protected abstract Session open(SessionWorld world, int slot, Session.Assignments assignments);

  @BeforeEach
  void makeWorld() throws Exception {
    made = newWorld();
  }

  private SessionWorld world() {
    return requireNonNull(made);
  }

  @AfterEach
  void closeSessions() {
    members.forEach(Member::closeIfOpen);
  }

  /** The part of a worker that a session sees: it pauses what it is assigned, and seeks. */
  public final class Member implements Session.Assignments {
    private final Session session;
    public final Set<Integer> owned = new TreeSet<>();
    private final List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = new ArrayList<>();
    private final Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    private boolean told;
    private boolean mayBeTold;
    public boolean diesWhenRevoked;
    private boolean closed;

    public Member(int slot) {
      session = open(world(), slot, this);
      members.add(this);
    }

    @Override
    public void assigned(Collection<TopicPartition> partitions) {
      requireTime();
      session.pause(partitions);
      partitions.forEach(partition -> owned.add(partition.partition()));
    }

    @Override
    public void revoked(Collection<TopicPartition> partitions) {
      requireTime();
      partitions.forEach(partition -> owned.remove(partition.partition()));
      if (diesWhenRevoked) {
        diesWhenRevoked = false;
        throw new IllegalStateException("died while it gave up " + partitions);
      }
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
      revoked(partitions);
    }

    private void requireTime() {
      assertTrue(mayBeTold, "assignments changed outside poll and close");
      told = true;
    }

    public Member poll() {
      mayBeTold = true;
      ConsumerRecords<ByteBuffer, ByteBuffer> polled = session.poll(POLL);
      mayBeTold = false;
      polled.forEach(records::add);
      next.putAll(polled.nextOffsets());
      return this;
    }

    public Member awaitShare() throws Exception {
      until("both partitions are owned", () -> poll().owned.equals(Set.of(0, 1)));
      return this;
    }

    Member readFrom(int partition, long offset) {
      TopicPartition named = world().partition(partition);
      session.seek(named, new OffsetAndMetadata(offset, Optional.empty(), ""));
      session.resume(List.of(named));
      return this;
    }

    List<String> awaitRecords(int count) throws Exception {
      until("there are " + count + " records", () -> poll().records.size() >= count);
      return values(records);
    }

    long nextOffset(int partition) {
      OffsetAndMetadata offset = next.get(world().partition(partition));
      return offset == null ? -1 : offset.offset();
    }

    Map<TopicPartition, PartitionInfo> find(Integer... partitions) throws Exception {
      Set<TopicPartition> named = new HashSet<>();
      List.of(partitions).forEach(number -> named.add(world().partition(number)));
      CompletableFuture<Map<TopicPartition, PartitionInfo>> found = session.lookUp(named);
      until("it is found", () -> poll() == this && found.isDone());
      return found.join();
    }

    PartitionInfo found(int partition) throws Exception {
      until(partition + " is found", () -> !find(partition).isEmpty());
      return requireNonNull(find(partition).get(world().partition(partition)));
    }

    void send(String value) {
      session.send(new ProducerRecord<>(world().outputTopic(), 0, null, value.getBytes(UTF_8)));
    }

    void commit(int partition, long offset, String metadata) {
      OffsetAndMetadata committed = new OffsetAndMetadata(offset, Optional.of(0), metadata);
      session.commit(Map.of(world().partition(partition), committed));
    }

    public void close(boolean leaveGroup) {
      mayBeTold = true;
      closed = true;
      session.close(leaveGroup);
    }

    void closeIfOpen() {
      if (!closed) {
        close(true);
      }
    }
  }

  private static List<String> values(List<ConsumerRecord<ByteBuffer, ByteBuffer>> records) {
    return records.stream()
        .map(record -> UTF_8.decode(record.value().duplicate()).toString())
        .toList();
  }

  protected static void until(String what, Callable<Boolean> holds) throws Exception {
    long beganNanos = System.nanoTime();
    while (!holds.call()) {
      if (System.nanoTime() - beganNanos > LONGEST_NANOS) {
        fail("it never came about that " + what);
      }
    }
  }

  /** A commit is decided when the call returns; readers see it a little later. */
  private void awaitVisible(String... values) throws Exception {
    until(
        List.of(values) + " are visible",
        () -> {
          List<String> visible = world().visible();
          assertTrue(List.of(values).containsAll(visible), visible + " are visible");
          return visible.equals(List.of(values));
        });
  }

  private OffsetAndMetadata awaitCommitted(int partition, long offset) throws Exception {
    until(
        offset + " is committed",
        () -> {
          OffsetAndMetadata committed = world().committed(partition);
          return committed != null && committed.offset() == offset;
        });
    return requireNonNull(world().committed(partition));
  }

  private void appendRows(int partition, String... values) throws Exception {
    for (String value : values) {
      world().append(partition, value);
    }
  }

  // --- the consumer -----------------------------------------------------------------------------

  @Test
  void assignmentsChangeOnlyInPollAndNothingIsReadBeforeASeek() throws Exception {
    appendRows(0, "a", "b");
    Member member = new Member(0);
    assertFalse(member.told);
    member.awaitShare();
    member.find(0, 1);
    assertEquals(List.of(), member.records);
  }

  @Test
  void recordsComeInOrderFromTheOffsetThatWasSought() throws Exception {
    appendRows(0, "a", "b", "c", "d");
    Member member = new Member(0).awaitShare().readFrom(0, 1);
    assertEquals(List.of("b", "c", "d"), member.awaitRecords(3));
    assertEquals(4, member.nextOffset(0));
    member.records.clear();
    member.readFrom(0, 3);
    assertEquals(List.of("d"), member.awaitRecords(1));
  }

  @Test
  void abortedRecordsAndMarkersAreSkippedAndTheNextOffsetIsAfterThem() throws Exception {
    world().append(0, "a");
    world().appendAborted(0);
    Member member = new Member(0).awaitShare().readFrom(0, 0);
    until("the markers are passed", () -> member.poll().nextOffset(0) == 3);
    assertEquals(List.of("a"), values(member.records));
    assertEquals(3, member.found(0).logEnd());
    world().appendAborted(0);
    until("markers alone are passed, too", () -> member.poll().nextOffset(0) == 5);
    assertEquals(List.of("a"), values(member.records));
  }

  @Test
  void recordsOfAnOpenTransactionWaitForItsEnd() throws Exception {
    world().append(0, "a");
    Runnable commit = world().appendOpen(0, "b");
    Member member = new Member(0).awaitShare().readFrom(0, 0);
    assertEquals(List.of("a"), member.awaitRecords(1));
    assertEquals(1, member.poll().nextOffset(0));
    assertEquals(2, member.found(0).logEnd());
    commit.run();
    assertEquals(List.of("a", "b"), member.awaitRecords(2));
  }

  @Test
  void whatIsPausedWaitsWhileOthersGoOn() throws Exception {
    appendRows(0, "a");
    appendRows(1, "b");
    Member member = new Member(0).awaitShare().readFrom(0, 0).readFrom(1, 0);
    member.session.pause(List.of(world().partition(0)));
    assertEquals(List.of("b"), member.awaitRecords(1));
    for (int i = 0; i < 10; i++) {
      member.poll();
    }
    assertEquals(List.of("b"), values(member.records));
    member.session.resume(List.of(world().partition(0)));
    assertEquals(List.of("b", "a"), member.awaitRecords(2));
  }

  @Test
  void aPositionOutsideTheLogIsARewind() throws Exception {
    appendRows(0, "a", "b", "c");
    world().deleteBefore(0, 2);
    for (long offset : List.of(1L, 4L)) {
      Member member = new Member(0).awaitShare().readFrom(0, offset);
      Rewind rewind = assertThrows(Rewind.class, () -> member.awaitRecords(1));
      assertFalse(rewind.membership());
      member.close(true);
    }
    Member member = new Member(0).awaitShare().readFrom(0, 2);
    assertEquals(List.of("c"), member.awaitRecords(1));
    assertEquals(2, member.found(0).logStart());
  }

  // --- the table

  /** Reads a table as a worker does, between the polls of its consumer. */
  private final class Reader {
    private final Member member = new Member(0);
    private final TableReader table = requireNonNull(member.session.table());
    private final List<String> rows = new ArrayList<>();
    private final Map<Integer, Long> next = new HashMap<>();

    TableInfo lookUp() throws Exception {
      CompletableFuture<TableInfo> found = table.lookUp();
      until("it is looked up", () -> member.poll() == member && found.isDone());
      return found.join();
    }

    Reader readFrom(long first, long second) throws Exception {
      table.readFrom(lookUp(), Map.of(0, first, 1, second));
      next.putAll(Map.of(0, first, 1, second));
      return this;
    }

    Reader poll() {
      ConsumerRecords<byte[], byte[]> polled = table.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> row : polled) {
        String value = row.value() == null ? "deleted" : new String(row.value(), UTF_8);
        rows.add(
            row.partition()
                + "@"
                + row.offset()
                + " "
                + new String(row.key(), UTF_8)
                + "="
                + value);
      }
      polled.nextOffsets().forEach((named, at) -> next.put(named.partition(), at.offset()));
      return this;
    }

    void awaitNext(long first, long second) throws Exception {
      until(
          "the table is read to " + first + " and " + second,
          () -> poll().next.equals(Map.of(0, first, 1, second)));
    }
  }

  @Test
  void rowsOfATableComeInOrderFromWhereItIsReadOn() throws Exception {
    world().appendToTable(0, "a", "1");
    world().appendToTable(0, "a", "2");
    world().appendToTable(0, "b", "3");
    world().appendToTable(0, "a", null);
    world().appendToTable(1, "c", "4");
    Reader reader = new Reader().readFrom(1, 0);
    assertEquals(List.of(0L, 0L), reader.lookUp().starts());
    assertEquals(List.of(4L, 1L), reader.lookUp().ends());
    reader.awaitNext(4, 1);
    reader.rows.sort(null);
    assertEquals(List.of("0@1 a=2", "0@2 b=3", "0@3 a=deleted", "1@0 c=4"), reader.rows);
    world().appendToTable(1, "c", "5");
    reader.rows.clear();
    reader.awaitNext(4, 2);
    assertEquals(List.of("1@1 c=5"), reader.rows);
    reader.rows.clear();
    reader.readFrom(4, 1).awaitNext(4, 2);
    assertEquals(List.of("1@1 c=5"), reader.rows);
  }

  @Test
  void aRowOfAnOpenTransactionLiesBeforeTheEndOfTheTableAndWaitsForItsCommit() throws Exception {
    world().appendToTable(0, "a", "1");
    world().appendToTable(1, "b", "2");
    Runnable commit = world().appendOpenToTable(1, "b", "3");
    Reader reader = new Reader().readFrom(0, 0);
    assertEquals(List.of(1L, 2L), reader.lookUp().ends());
    reader.awaitNext(1, 1);
    commit.run();
    reader.awaitNext(1, 3);
    reader.rows.sort(null);
    assertEquals(List.of("0@0 a=1", "1@0 b=2", "1@1 b=3"), reader.rows);
  }

  @Test
  void aTableThatIsCreatedAnewIsARewind() throws Exception {
    world().appendToTable(0, "a", "1");
    world().appendToTable(1, "b", "2");
    Reader reader = new Reader().readFrom(0, 0);
    reader.awaitNext(1, 1);
    TableInfo before = reader.lookUp();
    world().recreateTable();
    world().appendToTable(0, "c", "3");
    reader.rows.clear();
    assertThrows(Rewind.class, () -> until("it is noticed", () -> reader.poll() == null));
    assertEquals(List.of(), reader.rows);
    reader.readFrom(0, 0);
    assertNotEquals(before.topicId(), reader.lookUp().topicId());
    until("the new row comes", () -> reader.poll().rows.equals(List.of("0@0 c=3")));
  }

  // --- transactions

  @Test
  void answersAndOffsetsBecomeVisibleTogetherAndMetadataSurvives() throws Exception {
    appendRows(0, "a", "b");
    Member member = new Member(0).awaitShare();
    assertNull(member.found(0).committed());
    member.session.begin();
    member.send("1");
    member.send("2");
    assertEquals(List.of(), world().visible());
    assertNull(world().committed(0));
    member.commit(0, 2, "metadata; of ours");
    awaitVisible("1", "2");
    PartitionInfo found = member.found(0);
    OffsetAndMetadata committed = requireNonNull(found.committed());
    assertEquals(2, committed.offset());
    assertEquals(0, committed.leaderEpoch().orElseThrow());
    assertEquals("metadata; of ours", committed.metadata());
    assertEquals(2, found.partitions());
    assertNull(member.found(1).committed());
  }

  @Test
  void offsetsAloneCanBeCommitted() throws Exception {
    appendRows(1, "a");
    Member member = new Member(0).awaitShare();
    member.session.begin();
    member.commit(1, 1, "x");
    assertEquals("x", awaitCommitted(1, 1).metadata());
  }

  @Test
  void anAbortLeavesNothingAndTheNextTransactionIsWhole() throws Exception {
    appendRows(0, "a", "b");
    Member member = new Member(0).awaitShare();
    member.session.begin();
    member.send("gone");
    member.session.abort();
    assertEquals(List.of(), world().visible());
    member.session.begin();
    member.send("kept");
    member.commit(0, 1, "");
    awaitVisible("kept");
    awaitCommitted(0, 1);
  }

  @Test
  void aPartitionWithAnOpenTransactionOfAnotherProducerIsLeftOut() throws Exception {
    appendRows(0, "a", "b");
    Runnable abort = world().holdOffset(0, 2);
    Member member = new Member(0).awaitShare();
    assertEquals(Set.of(world().partition(1)), member.find(0, 1).keySet());
    abort.run();
    assertNull(member.found(0).committed());
  }

  @Test
  void aCommitAfterTheGroupHasMovedOnIsARewindForMembershipAndCanBeAborted() throws Exception {
    appendRows(0, "a");
    Member member = new Member(0).awaitShare();
    member.session.begin();
    member.send("not ours to say");
    world().removeFromGroup(0);
    Rewind rewind = assertThrows(Rewind.class, () -> member.commit(0, 1, ""));
    assertTrue(rewind.membership());
    member.session.abort();
    assertEquals(List.of(), world().visible());
    assertNull(world().committed(0));
    member.owned.clear(); // whether it is told of the loss before it joins again is open
    member.awaitShare();
    member.session.begin();
    member.send("ours again");
    member.commit(0, 1, "");
    awaitVisible("ours again");
  }

  // --- one name, several lives

  @Test
  void aSecondSessionUnderANameEndsTheTransactionOfTheFirstAndFencesIt() throws Exception {
    appendRows(0, "a");
    Member first = new Member(0).awaitShare();
    first.session.begin();
    first.send("of the first");
    Member second = new Member(0);
    second.awaitShare();
    second.session.begin();
    second.send("of the second");
    second.commit(0, 1, "second");
    RuntimeException fenced =
        assertThrows(RuntimeException.class, () -> first.commit(0, 1, "first"));
    assertTrue(fenced instanceof Reconnect || fenced instanceof NameTaken, fenced.toString());
    awaitVisible("of the second");
    assertEquals("second", awaitCommitted(0, 1).metadata());
  }

  @Test
  void aMemberThatIsReplacedUnderItsNameIsToldWhenItPolls() throws Exception {
    Member first = new Member(0).awaitShare();
    new Member(0).awaitShare();
    assertThrows(NameTaken.class, () -> until("the name is taken", () -> first.poll() == null));
  }

  @Test
  void aCommitThatGotNoAnswerIsSettledByOpeningAgain() throws Exception {
    appendRows(0, "a", "b");
    Member member = new Member(0).awaitShare();
    member.session.begin();
    member.send("1");
    member.commit(0, 1, "first");
    member.session.begin();
    member.send("2");
    world()
        .whileSilent(
            () -> {
              RuntimeException remedy =
                  assertThrows(RuntimeException.class, () -> member.commit(0, 2, "second"));
              assertTrue(
                  remedy instanceof Rewind || remedy instanceof Reconnect, remedy.toString());
            });
    member.close(false);
    PartitionInfo found = new Member(0).awaitShare().found(0);
    boolean committed = requireNonNull(found.committed()).offset() == 2;
    assertEquals(committed ? "second" : "first", requireNonNull(found.committed()).metadata());
    awaitVisible(committed ? new String[] {"1", "2"} : new String[] {"1"});
  }

  @Test
  void aGroupThatIsNotLeftKeepsThePartitionsForTheReturn() throws Exception {
    appendRows(0, "a");
    Member first = new Member(0).awaitShare();
    first.session.begin();
    first.commit(0, 1, "kept");
    first.close(false);
    assertEquals(Set.of(), first.owned, "a closed session has given everything back");
    Member second = new Member(0).awaitShare();
    assertEquals("kept", requireNonNull(second.found(0).committed()).metadata());
  }

  @Test
  void aGroupThatIsLeftGivesThePartitionsToOthers() throws Exception {
    appendRows(0, "a");
    Member first = new Member(0).awaitShare();
    first.session.begin();
    first.commit(0, 1, "kept");
    first.close(true);
    assertEquals(Set.of(), first.owned, "a closed session has given everything back");
    Member second = new Member(1).awaitShare();
    assertEquals("kept", requireNonNull(second.found(0).committed()).metadata());
  }
}
