package dev.tally.bench.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The rolling sum on Flink: a cluster of one process, exactly-once, a checkpoint each second. A
 * process that is started again goes on from the newest checkpoint in its state folder.
 *
 * <p>Arguments: bootstrap.servers, input topic, output topic, group, state folder, and the variant:
 * {@code sql-heap}, {@code sql-rocksdb}, {@code keyed-process} or {@code keyed-process-rocksdb};
 * and for the distinct users of each minute {@code users-heap} or {@code users-rocksdb}.
 */
public final class Flink {
  /** The group also begins the names of transactions: one run, one group. */
  record Topics(String bootstrapServers, String input, String output, String group) {}

  private Flink() {}

  public static void main(String[] args) throws Exception {
    Topics topics = new Topics(args[0], args[1], args[2], args[3]);
    Path state = Path.of(args[4]).toAbsolutePath();
    switch (args[5]) {
      case "sql-heap" -> Sql.run(topics, environment(state, "hashmap", Sql.PARALLELISM));
      case "sql-rocksdb" -> Sql.run(topics, environment(state, "rocksdb", Sql.PARALLELISM));
      case "keyed-process" ->
          KeyedProcess.run(topics, environment(state, "hashmap", KeyedProcess.PARALLELISM));
      case "keyed-process-rocksdb" ->
          KeyedProcess.run(topics, environment(state, "rocksdb", KeyedProcess.PARALLELISM));
      case "users-heap" -> UsersSql.run(topics, environment(state, "hashmap", Sql.PARALLELISM));
      case "users-rocksdb" -> UsersSql.run(topics, environment(state, "rocksdb", Sql.PARALLELISM));
      default -> throw new IllegalArgumentException("There is no variant " + args[5] + ".");
    }
  }

  private static StreamExecutionEnvironment environment(Path state, String backend, int parallelism)
      throws IOException {
    Path checkpoints = Files.createDirectories(state.resolve("checkpoints"));
    Path scratch = Files.createDirectories(state.resolve("tmp"));
    Configuration settings = new Configuration();
    settings.set(StateBackendOptions.STATE_BACKEND, backend);
    settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    // Answers are visible when the next checkpoint is complete.
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
    settings.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    // RocksDB hands over its new files alone; the heap backend has no such choice.
    settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    // The default of 4 KB makes a system call of every few dozen rows.
    settings.set(CheckpointingOptions.FS_WRITE_BUFFER_SIZE, 1 << 20);
    // Operators here pass on objects that the next one has done with when it returns.
    settings.set(PipelineOptions.OBJECT_REUSE, true);
    // A failure is a finding of the benchmark, not something to try again without end.
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    // RocksDB's blocks and memtables, outside of the heap; the default of 128 MB is for tests.
    settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
    // What a killed process leaves is deleted with its state folder.
    settings.set(CoreOptions.TMP_DIRS, scratch.toString());
    settings.set(RocksDBOptions.LOCAL_DIRECTORIES, scratch.toString());
    newestCheckpoint(checkpoints)
        .ifPresent(
            newest -> {
              settings.set(StateRecoveryOptions.SAVEPOINT_PATH, newest.toUri().toString());
              // Flink may delete it when a newer one is complete.
              settings.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
            });
    return StreamExecutionEnvironment.createLocalEnvironment(parallelism, settings);
  }

  /** As an operator's tooling would find it: {@code <job>/chk-N}, complete once it has metadata. */
  private static Optional<Path> newestCheckpoint(Path checkpoints) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints, 3)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .max(Comparator.comparing(Flink::modifiedMillis))
          .map(Path::getParent);
    }
  }

  private static long modifiedMillis(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
