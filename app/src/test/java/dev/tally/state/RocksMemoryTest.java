package dev.tally.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.Stop;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in a separate process, because a library is loaded only once. */
@StartsProcesses
final class RocksMemoryTest {
  /** Opens a state folder twice, as a worker might, and prints how that ended. */
  static final class Opens {
    private Opens() {}

    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        try (RocksSlots slots = new RocksSlots(Path.of(args[0]), "group")) {
          System.out.println("opened, slot " + slots.claim().slot());
        } catch (Stop stop) {
          System.out.println(stop.reason() + " " + stop.getMessage());
        }
      }
    }
  }

  @Test
  void ifTheLibraryCannotBeUnpackedTheFolderAndTheCureAreNamed(@TempDir Path folder)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + folder.resolve("none"),
            "-cp",
            System.getProperty("java.class.path"),
            Opens.class.getName(),
            folder.toString());
    builder.environment().remove("ROCKSDB_SHAREDLIB_DIR");
    Process process = builder.redirectErrorStream(true).start();
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the process does not end");
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertEquals(0, process.exitValue(), said);
      assertEquals(2, said.lines().filter(line -> line.startsWith("DISK ")).count(), said);
      assertTrue(said.contains("java.io.tmpdir=" + folder.resolve("none")), said);
      assertTrue(said.contains("ROCKSDB_SHAREDLIB_DIR"), said);
    } finally {
      process.destroyForcibly();
    }
  }
}
