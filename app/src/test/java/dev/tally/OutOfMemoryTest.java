package dev.tally;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@StartsProcesses
final class OutOfMemoryTest {
  /** Uses up its memory in a thread, while another that would go on for ever is alive. */
  static final class Hungry {
    private Hungry() {}

    public static void main(String[] args) throws InterruptedException {
      Thread thread =
          new Thread(
              () -> {
                try {
                  long[] all = new long[Integer.MAX_VALUE / 2];
                  System.out.println(all.length);
                } catch (Throwable e) {
                  OutOfMemory.haltIfCauseOf(new ExecutionException(e));
                }
              });
      thread.start();
      thread.join();
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  @Test
  void theProcessHaltsAtOnceWithItsOwnCodeAndOneLineThatNamesTheCure() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Hungry.class.getName())
            .redirectErrorStream(true)
            .start();
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertEquals(Stop.Reason.MEMORY.exitCode(), process.exitValue(), said);
      assertEquals(1, said.lines().count(), said);
      assertTrue(said.startsWith("tally: out of memory (Java heap space). The heap may have "));
      assertTrue(said.contains("TALLY_OPTS=-Xmx"), said);
      assertTrue(said.contains("--state.memory.mb"), said);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void eachKindOfMemoryHasItsOwnCure() {
    assertTrue(
        OutOfMemory.line("Cannot reserve 9 bytes of direct buffer memory").contains("Direct"));
    assertTrue(OutOfMemory.line("unable to create native thread").contains("limit of threads"));
    assertTrue(OutOfMemory.line("Metaspace").contains("MaxMetaspaceSize"));
    assertTrue(OutOfMemory.line("GC overhead limit exceeded").contains("-Xmx"));
  }

  @Test
  void otherErrorsAreLeftAlone() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    assertSame(error, OutOfMemory.find(new RuntimeException(new ExecutionException(error))));
    assertNull(OutOfMemory.find(new StackOverflowError()));
    OutOfMemory.haltIfCauseOf(new IllegalStateException());
  }
}
