package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StateFolderTest {
  private static String folder(String user, String home, Map<String, String> environment) {
    return StateFolder.byDefault(user, home, environment).toString();
  }

  private static String refusal(String user, String home, Map<String, String> environment) {
    Stop stop = assertThrows(Stop.class, () -> StateFolder.byDefault(user, home, environment));
    assertEquals(Stop.Reason.USAGE, stop.reason());
    String said = String.valueOf(stop.getMessage());
    assertTrue(said.contains("ive --state.dir"), said);
    return said;
  }

  @Test
  void liesWhereXdgSaysAndForRootInVar() {
    assertEquals("/var/lib/tally", folder("root", "/root", Map.of("XDG_STATE_HOME", "/x")));
    assertEquals("/x/tally", folder("ann", "/home/ann", Map.of("XDG_STATE_HOME", "/x")));
    String own = "/home/ann/.local/state/tally";
    assertEquals(own, folder("ann", "/home/ann", Map.of("XDG_STATE_HOME", "relative")));
    assertEquals(own, folder("ann", "/home/ann", Map.of("HOME", "/elsewhere")));
  }

  /** In containers, users may have no entry in passwd, and Java then knows no home. */
  @Test
  void neverDependsOnTheWorkingDirectory() {
    assertEquals("/h/.local/state/tally", folder("?", "?", Map.of("HOME", "/h")));
    for (Map<String, String> environment :
        Map.of(1, Map.<String, String>of(), 2, Map.of("HOME", "h")).values()) {
      assertTrue(refusal("?", "?", environment).contains("user '?' has no home directory"));
    }
    assertTrue(Path.of(folder("?", "", Map.of("XDG_STATE_HOME", "/x"))).isAbsolute());
  }

  /** No locale allows a NUL in a path; some lack other characters. */
  @Test
  void aPathThatTheLocaleCannotSpellIsNamedWithTheCure() {
    String said = refusal("ann", "/home/ann", Map.of("XDG_STATE_HOME", "/x\0"));
    assertTrue(said.startsWith("XDG_STATE_HOME is '/x\0', which cannot be a path"), said);
    assertTrue(said.contains("LC_ALL"), said);
    assertTrue(refusal("ann", "/home/\0", Map.of()).startsWith("the home directory is '/home/"));
  }
}
