package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the table with a HashMap whose keys are the codes as text. */
final class WindowTableTest {
  private static final int STEPS = 300_000;

  // Codes with these beginnings share their first bytes with many others, or all bytes and differ
  // in
  // length. A record holds up to fifteen bytes.
  private static final String[] BEGINNINGS = {
    "", "a", "\0", "\0\0", "1234567", "1234567\0", "é", "123456789012345", "12345678901\0\0\0\0"
  };

  private final Random random = new Random(1);
  private final WindowTable table = new WindowTable();
  private final Map<String, Integer> expected = new HashMap<>();

  private String text() {
    String beginning = BEGINNINGS[random.nextInt(BEGINNINGS.length)];
    String text = beginning + (random.nextInt(4) == 0 ? "" : random.nextInt(3_000));
    return text.isEmpty() ? "8" : text;
  }

  private static StockCode code(String text) {
    return StockCode.of(text.getBytes(UTF_8));
  }

  private void add(String text) {
    int window = table.add(code(text));
    assertTrue(table.isEmpty(window), "a removed window has left rows");
    for (int i = 0; i < text.length(); i++) {
      if (table.isFull(window)) {
        table.makeRoom(window, 0);
      }
      table.append(window, text.hashCode() + i, i, null);
    }
    expected.put(text, window);
  }

  @Test
  void whatIsAddedIsFoundUntilItIsRemoved() {
    int removals = 0;
    for (int i = 0; i < STEPS; i++) {
      String text = text();
      Integer window = expected.get(text);
      assertEquals(window == null ? WindowTable.NONE : window, table.find(code(text)), text);
      if (window == null) {
        add(text);
      } else if (random.nextInt(3) == 0) {
        table.remove(window);
        expected.remove(text);
        removals++;
      } else {
        assertEquals(text.length(), table.rows(window));
        assertEquals(text.hashCode() + text.length() - 1, table.newestNanos(window));
        assertEquals(text.hashCode(), table.epochNanos(window, 0));
        assertEquals(text.length() / 2, table.micros(window, text.length() / 2));
        assertEquals(text, table.code(window).toString());
      }
      if (random.nextInt(50_000) == 0) {
        removeAll();
      }
      if (random.nextInt(10_000) == 0) {
        compact();
      }
    }
    assertEquals(
        new HashSet<>(expected.values()), table.stream().boxed().collect(Collectors.toSet()));
    assertTrue(removals > STEPS / 10, removals + " removals");
    assertTrue(table.end() < 30_000, "numbers are reused: " + table.end());
  }

  private void compact() {
    long before = table.memoryBytes();
    expected.values().stream().filter(window -> window % 3 == 0).toList().forEach(table::remove);
    expected.values().removeIf(window -> window % 3 == 0);
    table.compact();
    expected.replaceAll((text, window) -> table.find(code(text)));
    assertEquals(expected.size(), table.end(), "no number is unused");
    assertTrue(expected.size() < 100 || table.memoryBytes() < before);
  }

  private void removeAll() {
    List<String> texts = new ArrayList<>(expected.keySet());
    long before = table.memoryBytes();
    expected.values().forEach(table::remove);
    expected.clear();
    texts.forEach(text -> assertEquals(WindowTable.NONE, table.find(code(text))));
    texts.forEach(this::add);
    assertEquals(before, table.memoryBytes(), "numbers are reused");
  }

  @Test
  void aSumThatWasLargeTakesNoMemoryOnceItIsSmallAgain() {
    add("8");
    int window = table.find(code("8"));
    long before = table.memoryBytes();
    Sum sum = new Sum();
    sum.add(Long.MAX_VALUE, null);
    sum.add(1, null);
    table.writeSum(window, sum);
    assertTrue(table.memoryBytes() > before);
    sum.subtract(Long.MAX_VALUE, null);
    table.writeSum(window, sum);
    assertEquals(before, table.memoryBytes());
    table.readSum(window, sum);
    assertEquals(1, sum.micros());
  }

  /** The codes of each pair have the same length, first seven bytes and hash. */
  @Test
  void codesWithTheSameHashAreKeptApart() {
    String[] texts = {"PRODUCTGULT9J2F", "PRODUCTVHAT528K", "ITEM-00UUZ7YR", "ITEM-00UD67HJ"};
    assertEquals(code(texts[0]).hash(), code(texts[1]).hash());
    assertEquals(code(texts[2]).hash(), code(texts[3]).hash());
    for (String text : texts) {
      assertEquals(WindowTable.NONE, table.find(code(text)), text);
      add(text);
    }
    for (String text : texts) {
      assertEquals(expected.get(text), table.find(code(text)));
    }
  }
}
