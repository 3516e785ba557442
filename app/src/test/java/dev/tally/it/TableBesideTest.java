package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.daemon.Daemon;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.OutputTopic;
import dev.tally.engine.TableTopic;
import dev.tally.engine.kafka.GroupProtocol;
import dev.tally.engine.kafka.StartFrom;
import dev.tally.job.Bytes;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.PollBudget;
import dev.tally.state.Damage;
import dev.tally.state.RocksSlots;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A job looks up in a table what it answers, on a real broker and a real disk. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class TableBesideTest {
  private static final int ROWS = 20_000;
  // Far less than the rows take, so that they are saved and dropped while the table is read.
  private static final long STATE_BYTES_MAX = 64 << 10;

  private final Cluster kafka;
  private final Path folder;
  private final String id = UUID.randomUUID().toString();
  private final String input = "in-" + id;
  private final String table = "table-" + id;
  private final String output = "out-" + id;
  private int given;

  TableBesideTest(Cluster kafka, @TempDir Path folder) throws Exception {
    this.kafka = kafka;
    this.folder = folder;
    kafka.createTopic(input, 1, Map.of());
    createTable();
  }

  private void createTable() throws Exception {
    kafka.createTopic(table, 2, Map.of("cleanup.policy", "compact"));
  }

  /** Answers each record with the row that its key names. */
  private final class LookUp implements Job {
    @Override
    public String fingerprint(int partitions) {
      return "look-up=1";
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
    public boolean readsTable() {
      return true;
    }

    @Override
    public int answerBytesMax() {
      return 100;
    }

    @Override
    public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
      return new LookUpShard(saved);
    }
  }

  private final class LookUpShard implements Shard {
    private static final byte[] HEAD = {KeyedState.JOB_PREFIX};
    private static final byte ROW = KeyedState.JOB_PREFIX + 1;

    private final KeyedState saved;
    private final Map<String, byte[]> unsaved = new HashMap<>();
    private final Map<Integer, Long> rowsTo = new HashMap<>();
    private long topicIdLow;
    private boolean forgot;

    LookUpShard(KeyedState saved) {
      this.saved = saved;
      byte[] head = saved.get(HEAD);
      if (head != null) {
        ByteBuffer in = ByteBuffer.wrap(head);
        topicIdLow = in.getLong();
        while (in.hasRemaining()) {
          rowsTo.put(in.getInt(), in.getLong());
        }
      }
    }

    @Override
    public void apply(
        long offset,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        long timestampMillis,
        Output output) {
      byte[] name = Objects.requireNonNull(Bytes.copyOf(key));
      byte[] row = unsaved.get(new String(name, UTF_8));
      if (row == null && !forgot) {
        row = saved.get(key(name));
      }
      output.answer(0, name, row == null ? new byte[0] : row);
    }

    private static byte[] key(byte[] name) {
      return ByteBuffer.allocate(1 + name.length).put(ROW).put(name).array();
    }

    @Override
    public void row(Source source, long offset, byte[] key, byte @Nullable [] value) {
      given++;
      unsaved.put(new String(key, UTF_8), value == null ? new byte[0] : value);
      rowsTo.put(source.partition(), offset + 1);
    }

    @Override
    public long rowsTo(Source source) {
      if (source.topicIdLow() != topicIdLow) {
        topicIdLow = source.topicIdLow();
        unsaved.clear();
        rowsTo.clear();
        forgot = true;
      }
      return rowsTo.getOrDefault(source.partition(), 0L);
    }

    @Override
    public long clockNanos() {
      return NO_CLOCK;
    }

    @Override
    public long horizonNanos() {
      return NO_CLOCK;
    }

    @Override
    public void save(KeyedState.Batch batch) {
      if (forgot) {
        batch.deleteRange(new byte[] {ROW}, new byte[] {ROW + 1});
        forgot = false;
      }
      unsaved.forEach((name, row) -> batch.put(key(name.getBytes(UTF_8)), row));
      unsaved.clear();
      ByteBuffer head = ByteBuffer.allocate(8 + 12 * rowsTo.size()).putLong(topicIdLow);
      rowsTo.forEach((partition, to) -> head.putInt(partition).putLong(to));
      batch.put(HEAD, head.array());
    }

    @Override
    public long memoryBytes() {
      return 100L * unsaved.size();
    }

    @Override
    public void trimTo(long bytes) {}
  }

  private void run() {
    EngineConfig engine =
        new EngineConfig(
            "group-" + id,
            input,
            Optional.of(new TableTopic(table, "--table.topic", "load")),
            List.of(OutputTopic.answers(output)),
            "letters-" + id,
            Set.of(),
            false,
            false,
            false,
            Duration.ofMillis(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            STATE_BYTES_MAX);
    Daemon.Config config =
        new Daemon.Config(
            new ClientSettings(kafka.bootstrapServers(), Map.of()),
            engine,
            "one",
            GroupProtocol.CONSUMER,
            StartFrom.parse("earliest"),
            1,
            (int) ((1 << 20) / STATE_BYTES_MAX),
            PollBudget.partOfHeap(1),
            true);
    given = 0;
    try (RocksSlots slots = new RocksSlots(folder, "group-" + id)) {
      new Daemon(new LookUp(), config, slots).run();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private void writeRow(int key, String value) throws Exception {
    kafka.send(List.of(new ProducerRecord<>(table, key % 2, bytes("k" + key), bytes(value))));
  }

  private void ask(int... keys) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int key : keys) {
      records.add(new ProducerRecord<>(input, 0, bytes("k" + key), bytes("")));
    }
    kafka.send(records);
  }

  private List<String> answers() throws Exception {
    return kafka.read(output).stream()
        .map(answer -> new String(answer.key(), UTF_8) + "=" + new String(answer.value(), UTF_8))
        .toList();
  }

  @Test
  void everyAnswerKnowsTheWholeTableAndNoRowIsReadTwice() throws Exception {
    List<ProducerRecord<byte[], byte[]>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(new ProducerRecord<>(table, i % 2, bytes("k" + i % (ROWS / 2)), bytes("v" + i)));
    }
    kafka.send(rows);
    ask(0, 1, ROWS / 2 - 1);
    run();
    List<String> expected =
        new ArrayList<>(List.of("k0=v10000", "k1=v10001", "k9999=v" + (ROWS - 1)));
    assertEquals(expected, answers());
    assertEquals(ROWS, given);

    writeRow(1, "new");
    ask(1, 2);
    run();
    expected.addAll(List.of("k1=new", "k2=v10002"));
    assertEquals(expected, answers());
    assertEquals(1, given, "the others are in the saved state");

    Damage.deleteTree(folder.resolve("group-" + id));
    ask(1, 3);
    run();
    expected.addAll(List.of("k1=new", "k3=v10003"));
    assertEquals(expected, answers());
    assertTrue(given > ROWS / 2, given + " rows");
  }

  @Test
  void aTableThatIsCreatedAnewIsReadFromItsBeginningAndTheOldRowsAreGone() throws Exception {
    writeRow(0, "old");
    writeRow(1, "old");
    ask(0, 1);
    run();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.deleteTopics(List.of(table)).all().get();
    }
    Await.until("the table is gone", () -> table, () -> kafka.partitions(table) == 0);
    createTable();
    writeRow(1, "new");
    ask(0, 1);
    run();
    assertEquals(List.of("k0=old", "k1=old", "k0=", "k1=new"), answers());
    assertEquals(1, given);
  }
}
