package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tally.StartsProcesses;
import dev.tally.state.Damage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * State folders that are deleted, full, old, or from before partitions moved, while rows keep
 * coming.
 */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class StateTroubleTest {
  private static final int ROWS_PER_SECOND = 3_000;

  private final Cluster kafka;
  private final Path folder;
  private final Trial trial;

  StateTroubleTest(Cluster kafka, @TempDir Path folder) throws Exception {
    this.kafka = kafka;
    this.folder = folder;
    this.trial = Trial.create(kafka, folder, 4);
  }

  private Load load() {
    return Load.start(kafka, trial.input(), ROWS_PER_SECOND);
  }

  @Test
  void theFolderThatThreeInstancesShareIsDeletedUnderneathThem() throws Exception {
    try (Instance first = trial.start(MainJob.SHORT_SESSION);
        Instance second = trial.start(MainJob.SHORT_SESSION);
        Instance third = trial.start(MainJob.SHORT_SESSION)) {
      trial.awaitShared(3, first, second, third);
      try (Load load = load()) {
        for (int i = 0; i < 2; i++) {
          trial.awaitProgress(6_000, first, second, third);
          trial.deleteState();
        }
        trial.awaitProgress(6_000, first, second, third);
        second.kill();
        trial.deleteState();
        trial.awaitProgress(6_000, first, third);
        long rows = load.end();
        trial.awaitAnswered(first, third);
        Trial.end(first, third);
        trial.assertExact(rows);
      }
    }
  }

  @Test
  void oldCopiesThatAreWholeOrTornArePutBack() throws Exception {
    Path whole = folder.resolve("whole");
    Path torn = folder.resolve("torn");
    try (Load load = load()) {
      try (Instance instance = trial.start()) {
        trial.awaitProgress(6_000, instance);
        instance.terminate().done();
      }
      Damage.copyTree(trial.state(), whole);
      try (Instance instance = trial.start()) {
        trial.awaitProgress(6_000, instance);
        Damage.copyTree(trial.state(), torn); // while it is written to
        trial.awaitProgress(6_000, instance);
        instance.kill();
      }
      for (Path copy : List.of(torn, whole)) {
        trial.deleteState();
        Damage.copyTree(copy, trial.state());
        try (Instance instance = trial.start()) {
          trial.awaitProgress(6_000, instance);
          instance.kill();
        }
      }
      trial.finish(load, 6_000);
    }
  }

  @Test
  void partitionsGoFromOneFolderToAnotherAndBackToOlderAndOlderState() throws Exception {
    String[] a = {"--state.dir=" + folder.resolve("a"), "--instance.id=a", MainJob.SHORT_SESSION};
    String[] b = {"--state.dir=" + folder.resolve("b"), "--instance.id=b", MainJob.SHORT_SESSION};
    Path old = folder.resolve("old");
    try (Load load = load()) {
      for (int i = 0; i < 2; i++) {
        try (Instance first = trial.start(a)) {
          trial.awaitProgress(6_000, first);
          try (Instance second = trial.start(b)) {
            trial.awaitShared(2, first, second);
            trial.awaitProgress(6_000, first, second);
            if (i == 0) {
              first.terminate().done();
              Damage.copyTree(folder.resolve("a"), old);
            } else {
              first.kill();
              // From a time when it owned all partitions.
              Damage.deleteTree(folder.resolve("a"));
              Damage.copyTree(old, folder.resolve("a"));
            }
            trial.awaitProgress(6_000, second);
            second.terminate().done();
          }
        }
      }
      trial.finish(load, 6_000, a);
    }
  }

  @Test
  void aDiskThatGetsFullWhileItRunsIsAClearStopAndLosesNothing() throws Exception {
    Files.createDirectories(trial.state());
    assumeTrue(
        ended(0, "mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", trial.state().toString()),
        "a small file system is mounted by root only");
    try (Load load = load()) {
      try (Instance instance = trial.start()) {
        trial.awaitProgress(6_000, instance);
        Path filler = trial.state().resolve("filler");
        fill(filler);
        instance
            .awaitEnd()
            .stopped(Outcome.DISK, trial.state().toString(), "No space left", "--state.dir");
        Files.delete(filler);
      }
      trial.finish(load, 6_000);
    } finally {
      assertTrue(ended(0, "umount", trial.state().toString()));
    }
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.toString());
    }
  }

  private static boolean ended(int exitCode, String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == exitCode;
  }

  @Test
  void windowsThatDoNotFitIntoMemoryAreReadBackExactly() throws Exception {
    int codes = 15_000;
    long second = System.currentTimeMillis() / 1_000;
    List<ProducerRecord<byte[], byte[]>> rows = new ArrayList<>();
    for (int n = 0; n < 4 * codes; n++) {
      String code = "code " + n * 7919L % codes;
      String value =
          "{\"StockCode\":\"%s\",\"Quantity\":%d,\"Price\":1.%03d,\"InvoiceDate\":%d}"
              .formatted(code, n % 9 - 2, n % 1_000, second + n * 150L / codes);
      rows.add(new ProducerRecord<>(trial.input(), code.getBytes(UTF_8), value.getBytes(UTF_8)));
    }
    kafka.send(rows.subList(0, 2 * codes));
    trial.runUntilEnd("--state.memory.mb=1").done();
    kafka.send(rows.subList(2 * codes, 3 * codes));
    trial.deleteState();
    trial.runUntilEnd("--state.memory.mb=1").done().says("replaying");
    kafka.send(rows.subList(3 * codes, 4 * codes));
    trial.runUntilEnd("--state.memory.mb=1").done().says("state restored");
    trial.assertExact(rows.size());
    assertEquals(4, kafka.partitions(trial.output()));
  }
}
