package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
  private static String refusal(Executable check) {
    Stop stop = assertThrows(Stop.class, check);
    assertEquals(Stop.Reason.USAGE, stop.reason());
    return String.valueOf(stop.getMessage());
  }

  @Test
  void aTopicNameIsAcceptedIfKafkaAcceptsIt() {
    for (String name :
        List.of(
            "a",
            "data",
            "A.b_c-9",
            "...",
            "a".repeat(249),
            "",
            ".",
            "..",
            "a b",
            "a:b",
            "\u00fc",
            "a\n",
            "a/b",
            "a".repeat(250))) {
      if (Topic.isValid(name)) {
        Names.requireTopic("--topic", name);
      } else {
        String said = refusal(() -> Names.requireTopic("--topic", name));
        assertTrue(said.startsWith("--topic is '" + name + "'; accepted: 1 to 249 "), said);
      }
    }
  }

  @Test
  void anInputWithTooLongANameForADefaultDeadLetterTopicAsksForOne() {
    assertEquals("data-dead-letters", Names.deadLetterTopic("data"));
    assertEquals(249, Names.deadLetterTopic("a".repeat(236)).length());
    String said = refusal(() -> Names.deadLetterTopic("a".repeat(237)));
    assertTrue(said.startsWith("--input.topic 'aaa"), said);
    assertTrue(said.endsWith("Give --dead.letter.topic."), said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tally-rolling-sum", "team:job", "a b", "a+b", "a.b", "$x", "-"})
  void aGroupNameIsAcceptedIfAFolderCanHaveIt(String group, @TempDir Path folder)
      throws IOException {
    Names.requireGroup(group);
    assertTrue(folder.resolve(group).toFile().mkdir());
  }

  @Test
  void aNameMayBeAsLongAsThatOfAFolder() {
    Names.requireGroup("g".repeat(255));
    assertEquals(
        "--group.id is '"
            + "g".repeat(256)
            + "' (256 bytes in UTF-8);"
            + " accepted: 1 to 255 bytes without control characters.",
        refusal(() -> Names.requireGroup("g".repeat(256))));
    assertTrue(refusal(() -> Names.requireInstance("\u00fc".repeat(128))).contains("256 bytes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "a\0b", "a\u0085b", "a\uFFFDb"})
  void aNameThatWouldBreakALineOrWasNotReadableIsRefused(String text) {
    assertTrue(refusal(() -> Names.requireGroup(text)).startsWith("--group.id is '"));
    assertTrue(refusal(() -> Names.requireInstance(text)).startsWith("--instance.id is '"));
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "..", ".hidden", "a/b", "/", "../x"})
  void aGroupNameThatWouldLeaveTheStateFolderIsRefused(String group) {
    assertTrue(refusal(() -> Names.requireGroup(group)).contains("without '/'"));
  }
}
