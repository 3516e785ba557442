package dev.tally.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tally.engine.TableInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A table as the brokers have it: a compacted topic, in which a row may vanish once a later one of
 * its key is committed. Deletions stay, as for {@code delete.retention.ms}.
 */
final class SimulatedTable {
  final String topic;
  final List<Log> logs = new ArrayList<>();
  // Everything that was ever written and committed, by offset; compaction takes nothing from it.
  private final List<List<@Nullable Row>> written = new ArrayList<>();
  private Uuid topicId = new Uuid(2, 1);

  SimulatedTable(String topic, int partitions) {
    this.topic = topic;
    for (int i = 0; i < partitions; i++) {
      logs.add(new Log());
      written.add(new ArrayList<>());
    }
  }

  Uuid topicId() {
    return topicId;
  }

  /** Appends a row, or with null the deletion of one. */
  void append(int partition, String key, @Nullable String value, boolean stable) {
    byte[] bytes = value == null ? null : value.getBytes(UTF_8);
    Row row = new Row(key.getBytes(UTF_8), bytes, 0, null);
    logs.get(partition).append(row, stable);
    written.get(partition).add(row);
  }

  /** Appends what readers see nothing of; everything before it is stable then. */
  void appendMarker(int partition) {
    logs.get(partition).appendMarker();
    written.get(partition).add(null);
  }

  /** Removes a row that a later one of its key has replaced; false if none was found. */
  boolean compact(Random random) {
    Log log = logs.get(random.nextInt(logs.size()));
    for (int tries = 0; tries < 5 && log.stableEnd() > 0; tries++) {
      long offset = random.nextInt((int) log.stableEnd());
      Row row = log.row(offset);
      if (row != null && replaced(log, offset, key(row))) {
        log.remove(offset);
        return true;
      }
    }
    return false;
  }

  private static boolean replaced(Log log, long offset, String key) {
    for (long later = offset + 1; later < log.stableEnd(); later++) {
      Row row = log.row(later);
      if (row != null && key(row).equals(key)) {
        return true;
      }
    }
    return false;
  }

  /** Deletes the topic and creates one of the same name and number of partitions. */
  void recreate() {
    topicId = new Uuid(2, topicId.getLeastSignificantBits() + 1);
    logs.replaceAll(ignored -> new Log());
    written.replaceAll(ignored -> new ArrayList<>());
  }

  TableInfo info() {
    return new TableInfo(
        topicId, logs.stream().map(Log::start).toList(), logs.stream().map(Log::end).toList());
  }

  List<Long> stableEnds() {
    return logs.stream().map(Log::stableEnd).toList();
  }

  /**
   * The keys whose newest row below these offsets is still there, and is not what is kept of it. A
   * row that has vanished says nothing: it may have been given before, and need not have been.
   */
  List<String> wrong(Map<Integer, Long> rowsTo, Map<String, String> kept) {
    List<String> wrong = new ArrayList<>();
    rowsTo.forEach(
        (partition, to) -> {
          Map<String, Long> newest = new TreeMap<>();
          for (long offset = 0; offset < to; offset++) {
            Row row = written.get(partition).get((int) offset);
            if (row != null) {
              newest.put(key(row), offset);
            }
          }
          newest.forEach(
              (key, offset) -> {
                Row row = logs.get(partition).row(offset);
                if (row != null && !Objects.equals(text(row.value()), kept.get(key))) {
                  wrong.add(key + " at " + offset);
                }
              });
        });
    return wrong;
  }

  private static @Nullable String text(byte @Nullable [] value) {
    return value == null ? null : new String(value, UTF_8);
  }

  static void put(Map<String, String> state, String key, byte @Nullable [] value) {
    if (value == null) {
      state.remove(key);
    } else {
      state.put(key, new String(value, UTF_8));
    }
  }

  private static String key(Row row) {
    return new String(requireNonNull(row.key()), UTF_8);
  }
}
