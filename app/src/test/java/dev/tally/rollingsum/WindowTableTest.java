package dev.tally.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table beside a HashMap by the codes' text. */
final class WindowTableTest {
  private static final int STEPS = 200_000;

  // Codes of these share their first seven bytes with many others, or all but their length.
  private static final String[] BEGINNINGS = {"", "a", "\0", "\0\0", "1234567", "1234567\0", "é"};

  private final Random random = new Random(1);
  private final WindowTable table = new WindowTable();
  private final Map<String, Window> expected = new HashMap<>();

  private String text() {
    String beginning = BEGINNINGS[random.nextInt(BEGINNINGS.length)];
    String text = beginning + (random.nextInt(4) == 0 ? "" : random.nextInt(3_000));
    return text.isEmpty() ? "8" : text;
  }

  @Test
  void whatIsAddedIsFoundUntilItIsRemoved() {
    int removals = 0;
    for (int i = 0; i < STEPS; i++) {
      String text = text();
      Code code = Code.of(text.getBytes(UTF_8));
      assertSame(expected.get(text), table.get(code), text);
      if (!expected.containsKey(text)) {
        Window window = new Window(code);
        table.add(window);
        expected.put(text, window);
      }
      if (random.nextInt(5_000) == 0) {
        int remainder = random.nextInt(4);
        table.removeIf(window -> window.code().length() % 4 == remainder);
        expected.values().removeIf(window -> window.code().length() % 4 == remainder);
        removals++;
      }
      if (random.nextInt(50_000) == 0) {
        table.clear();
        expected.clear();
      }
    }
    assertEquals(expected.size(), table.stream().count());
    assertTrue(removals > 10, removals + " removals");
  }
}
