package dev.tally;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NearestTest {
  private static final List<String> NAMES = List.of("window", "grace", "group.id", "input.topic");

  @Test
  void aTypingErrorFindsTheNameAndAnotherWordFindsNone() {
    assertEquals(Optional.of("window"), Nearest.of("windwo", NAMES));
    assertEquals(Optional.of("group.id"), Nearest.of("groupid", NAMES));
    assertEquals(Optional.of("group.id"), Nearest.of("--group.id", NAMES));
    assertEquals(Optional.empty(), Nearest.of("wibble", NAMES));
    assertEquals(Optional.empty(), Nearest.of("", NAMES));
    assertEquals(" Did you mean grace?", Nearest.hint("grave", NAMES));
    assertEquals("", Nearest.hint("x", List.of()));
  }
}
