package dev.tally.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a shard hears of silence, and what is committed of what it makes of it. */
final class SilenceTest {
  private static final TopicPartition PARTITION = new TopicPartition("data", 0);

  private final List<String> told = new ArrayList<>();
  private final List<CompletableFuture<Map<TopicPartition, Long>>> questions = new ArrayList<>();
  private long nowNanos;
  private String memo = "";

  /** Notes what it is told. */
  private final class Listener implements Job, Shard {
    @Override
    public String fingerprint(int partitions) {
      return "listener";
    }

    @Override
    public long sliceNanos() {
      return 1;
    }

    @Override
    public Duration history() {
      return Duration.ZERO;
    }

    @Override
    public int answerBytesMax() {
      return 0;
    }

    @Override
    public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
      return this;
    }

    @Override
    public void resume(Source source, long position, String memo) {
      told.add("resume at " + position + " with '" + memo + "'");
    }

    @Override
    public void tick(long position, long silentMillis, Output output) {
      told.add(silentMillis + " ms of silence");
      memo = silentMillis >= 5_000 ? "long" : "";
    }

    @Override
    public void end(long position, Output output) {
      told.add("end at " + position);
    }

    @Override
    public String memo() {
      return memo;
    }

    @Override
    public void apply(
        long offset,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        long timestampMillis,
        Output output) {}

    @Override
    public long clockNanos() {
      return NO_CLOCK;
    }

    @Override
    public long horizonNanos() {
      return NO_CLOCK;
    }

    @Override
    public void save(KeyedState.Batch batch) {}

    @Override
    public long memoryBytes() {
      return 0;
    }

    @Override
    public void trimTo(long bytes) {}
  }

  /** Only the end of the log is asked for here. */
  private Session session() {
    return (Session)
        Proxy.newProxyInstance(
            Session.class.getClassLoader(),
            new Class<?>[] {Session.class},
            (proxy, method, arguments) -> {
              assertEquals("ends", method.getName());
              CompletableFuture<Map<TopicPartition, Long>> answer = new CompletableFuture<>();
              questions.add(answer);
              return answer;
            });
  }

  private Task task(Job job, String committedMemo) {
    String metadata = new Checkpoint(Uuid.ONE_UUID, 7, Shard.NO_CLOCK, "f", committedMemo).text();
    PartitionInfo info =
        new PartitionInfo(
            Uuid.ONE_UUID, 1, 0, 7, 0, new OffsetAndMetadata(7, Optional.empty(), metadata));
    StartPoint.Rules rules = new StartPoint.Rules("f", false, false, false);
    StartPoint start = StartPoint.decide(PARTITION, info, null, rules);
    return new Task(PARTITION, info, rules, start, null, new MemoryState(), job, 0);
  }

  private final Session session = session();
  private final Silence silence = new Silence(session, () -> nowNanos);

  private Outlet outlet() {
    return new Outlet(
        List.of(OutputTopic.answers("agg")),
        new TopicLayout(Uuid.ONE_UUID, 1, List.of(1), 1, 1 << 20),
        new DeadLetters("group", "letters", true, 1 << 20),
        Set.of(),
        new Listener(),
        session,
        new Counts());
  }

  private void at(double seconds, Task task) {
    nowNanos = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    silence.tell(List.of(task), outlet());
  }

  @Test
  void aShardIsHandedWhatWasCommittedWithItsOffset() {
    task(new Listener(), "a memo");
    assertEquals(List.of("resume at 7 with 'a memo'"), told);
  }

  @Test
  void silenceIsToldOnceTheBrokersSayThatTheLogEndsWhereItWasReadTo() {
    Task task = task(new Listener(), "");
    told.clear();
    at(0.5, task);
    at(1.1, task); // from here on it is known to be live
    assertEquals(0, questions.size());
    at(2.2, task);
    assertEquals(1, questions.size());
    at(3.9, task);
    assertEquals(List.of(), told, "no answer, no silence, however long it takes");
    questions.get(0).complete(Map.of(PARTITION, 7L));
    at(4, task);
    assertEquals(List.of("1100 ms of silence"), told, "up to the question, not to the answer");
  }

  @Test
  void whereTheLogGoesOnItIsNotSilent() {
    Task task = task(new Listener(), "");
    told.clear();
    at(1.1, task);
    at(2.2, task);
    questions.get(0).complete(Map.of(PARTITION, 8L));
    at(3, task);
    assertEquals(List.of(), told);
  }

  @Test
  void aPartitionThatWasElsewhereIsSilentFromItsReturnOn() {
    Task before = task(new Listener(), "");
    at(1.1, before);
    at(2.2, before);
    Task after = task(new Listener(), ""); // others have read meanwhile what was not heard here
    told.clear();
    questions.get(0).complete(Map.of(PARTITION, 7L));
    at(60, after);
    at(61.1, after);
    assertEquals(List.of(), told);
    questions.get(1).complete(Map.of(PARTITION, 7L));
    at(62, after);
    assertEquals(List.of("1100 ms of silence"), told);
  }

  @Test
  void aRecordBetweenQuestionAndAnswerEndsTheSilence() {
    Task task = task(new Listener(), "");
    told.clear();
    at(1.1, task);
    at(2.2, task);
    silence.heard(task);
    nowNanos++;
    silence.heard(task);
    questions.get(0).complete(Map.of(PARTITION, 7L));
    at(3, task);
    assertEquals(List.of(), told);
  }

  @Test
  void brokersThatAreAwayAreAskedAgain() {
    Task task = task(new Listener(), "");
    told.clear();
    at(1.1, task);
    at(2.2, task);
    questions.get(0).completeExceptionally(new IllegalStateException("away"));
    at(3.3, task);
    questions.get(1).complete(Map.of(PARTITION, 7L));
    at(3.4, task);
    assertEquals(List.of("2200 ms of silence"), told);
  }

  @Test
  void aMemoThatChangesIsCommittedAtTheSameOffset() {
    Task task = task(new Listener(), "");
    at(1.1, task);
    at(2.2, task);
    questions.get(0).complete(Map.of(PARTITION, 7L));
    at(2.3, task);
    assertEquals(false, task.commitDue());
    at(8, task);
    questions.get(1).complete(Map.of(PARTITION, 7L));
    at(8.1, task);
    assertEquals(true, task.commitDue());
    OffsetAndMetadata commit = task.toCommit();
    assertEquals(7, commit.offset());
    assertEquals("long", Checkpoint.parse(commit.metadata(), "here").memo());
    task.committed();
    assertEquals(false, task.commitDue());
  }

  @Test
  void theEndIsToldOnce() {
    Task task = task(new Listener(), "");
    told.clear();
    Outlet outlet = outlet();
    task.end(outlet.withoutRecord(0), outlet::sent);
    task.end(outlet.withoutRecord(0), outlet::sent);
    assertEquals(List.of("end at 7"), told);
    assertEquals(true, task.ended());
  }
}
