package dev.tally.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tally.StartsProcesses;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What becomes of a program, as a process of its own, that cannot print. */
@StartsProcesses
final class StandardOutputTest {
  @Test
  void aReaderThatClosedThePipeEndsTheProgramQuietly() throws Exception {
    Process program = helpTo(ProcessBuilder.Redirect.PIPE);
    program.getInputStream().close(); // long before a JVM can print anything
    assertEquals("", new String(program.getErrorStream().readAllBytes(), UTF_8));
    assertEquals(141, program.waitFor());
  }

  @Test
  void aFullDiskIsNoClosedPipe() throws Exception {
    File full = new File("/dev/full");
    assumeTrue(full.exists());
    Process program = helpTo(ProcessBuilder.Redirect.to(full));
    String said = new String(program.getErrorStream().readAllBytes(), UTF_8);
    assertTrue(said.contains("tally: the output could not be written"), said);
    assertEquals(5, program.waitFor());
  }

  private static Process helpTo(ProcessBuilder.Redirect stdout) throws IOException {
    ProcessBuilder program =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Tally.class.getName(),
            "--help");
    program.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM would print them
    return program.redirectOutput(stdout).start();
  }
}
