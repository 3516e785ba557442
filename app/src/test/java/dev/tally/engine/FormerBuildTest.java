package dev.tally.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.DeadLetterReason;
import dev.tally.job.Job;
import dev.tally.job.Output;
import dev.tally.job.StateStore;
import dev.tally.jobs.rollingsum.RollingSum;
import dev.tally.state.RocksSlots;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A state folder and a committed offset of a former build, as they lay on its disk and in Kafka
 * after six rows, are taken over: what goes on from them answers as that build went on.
 */
final class FormerBuildTest {
  private static final TopicPartition PARTITION = new TopicPartition("former", 0);
  private static final Uuid TOPIC_ID = Uuid.fromString("LraCCZ7GRJWUxo715QTraA");
  private static final OffsetAndMetadata COMMITTED =
      new OffsetAndMetadata(
          6,
          Optional.of(0),
          "tally/1;LraCCZ7GRJWUxo715QTraA;0;1700000400000000000;semantics=1 window=600000ms"
              + " grace=60000ms future.max=3600000ms partitions=1 miskeyed=counted");
  private static final OffsetAndMetadata COMMITTED_TWO_ROWS_LATER =
      new OffsetAndMetadata(
          8,
          Optional.of(0),
          COMMITTED.metadata().replace(";0;1700000400000000000;", ";2;1700000801000000000;"));
  private static final PartitionInfo INFO = new PartitionInfo(TOPIC_ID, 1, 0, 8, 0, COMMITTED);

  private final Job job =
      new RollingSum(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          RollingSum.Miskeyed.FAIL);
  private final List<String> answers = new ArrayList<>();
  private final Output output =
      new Output() {
        @Override
        public boolean live() {
          return true;
        }

        @Override
        public void answer(int topic, byte @Nullable [] key, byte[] value) {
          answers.add(new String(value, UTF_8));
        }

        @Override
        public void deadLetter(DeadLetterReason reason, String message) {
          answers.add(reason.text() + ": " + message);
        }
      };

  /**
   * Beside the files there was RocksDB's own log and the options it notes, which it never reads.
   */
  private static void unpackSlot(Path slot) throws IOException {
    try (InputStream in =
            requireNonNull(FormerBuildTest.class.getResourceAsStream("slot-of-layout-2.zip"));
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = slot.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(requireNonNull(file.getParent()));
          Files.copy(zip, file);
        }
      }
    }
  }

  private static ConsumerRecord<ByteBuffer, ByteBuffer> row(long offset, String code, String rest) {
    String value = "{\"StockCode\":\"" + code + "\"," + rest + "}";
    return new ConsumerRecord<>(
        "former",
        0,
        offset,
        1_795_871_045_170L,
        TimestampType.CREATE_TIME,
        code.length(),
        value.length(),
        ByteBuffer.wrap(code.getBytes(UTF_8)),
        ByteBuffer.wrap(value.getBytes(UTF_8)),
        new RecordHeaders(),
        Optional.of(0));
  }

  @Test
  void whatAFormerBuildSavedAndCommittedIsTakenOver(@TempDir Path folder) throws Exception {
    unpackSlot(folder.resolve("group/slot-0"));
    StartPoint.Rules rules = new StartPoint.Rules(job.fingerprint(1), false, false, false);
    try (RocksSlots slots = new RocksSlots(folder, "group");
        StateStore store = slots.claim()) {
      assertTrue(store.partitions().contains("former-0"), store.partitions()::toString);
      Position saved = Position.read(store.open("former-0"), job.sliceNanos());
      StartPoint start = StartPoint.decide(PARTITION, INFO, saved, rules);
      assertEquals("state restored at 6", start.why());
      Task task =
          new Task(
              PARTITION, INFO, rules, start, saved, store.open("former-0"), job, Long.MAX_VALUE);
      assertTrue(task.beginsQuietly());
      assertEquals(COMMITTED, task.toCommit(), "the metadata is what it was");
      assertAnswersAsTheFormerBuild(task);
      task.committed();
      task.save();
    }
  }

  private void assertAnswersAsTheFormerBuild(Task task) {
    task.apply(
        row(6, "85048", "\"Quantity\":4,\"Price\":1.25,\"InvoiceDate\":1700000800.0"), output);
    ConsumerRecord<ByteBuffer, ByteBuffer> last =
        row(7, "79323P", "\"Quantity\":1,\"Price\":0.55,\"InvoiceDate\":1700000801.0");
    task.apply(last, output);
    task.applied(last);
    assertEquals(
        List.of(
            "{\"StockCode\":\"85048\",\"Epoch\":1700000800.0,\"10minutesSum\":15.6}",
            "{\"StockCode\":\"79323P\",\"Epoch\":1700000801.0,\"10minutesSum\":-3.199999997}"),
        answers);
    assertEquals(COMMITTED_TWO_ROWS_LATER, task.toCommit());
  }

  @Test
  void withoutItsDiskTheCommittedOffsetAloneIsEnough() {
    StartPoint start =
        StartPoint.decide(
            PARTITION, INFO, null, new StartPoint.Rules(job.fingerprint(1), false, false, false));
    assertEquals(0, start.from());
    assertEquals(6, start.answeredTo());
    assertEquals(1_700_000_400_000_000_000L, start.clockAtAnswered());
  }
}
