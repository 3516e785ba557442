package dev.tally.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.fuzz.FuzzTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Any record in the dead-letter topic is a dead letter, or is refused as none. An input is a value,
 * then up to three headers, each after a byte 0xff.
 */
final class DeadLetterFuzzTest implements FuzzTarget {
  // Does not occur in UTF-8.
  private static final byte NEXT = (byte) 0xff;
  private static final List<String> HEADERS =
      List.of("tally.error.partition", "tally.error.offset", "tally.error.reason");

  @Override
  public int inputs() {
    return 50_000;
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of("\u00003\u000017\u0000late", "x\u00000\u00000\u0000unreadable")
        .map(text -> text.getBytes(UTF_8))
        .map(DeadLetterFuzzTest::separated)
        .toList();
  }

  private static byte[] separated(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == 0 ? NEXT : bytes[i];
    }
    return bytes;
  }

  @Override
  public List<String> tokens() {
    return List.of("late", "oversized", "-1", "0", "1e3", "999999999", "2147483648", "\u0661");
  }

  @Override
  public boolean accepts(byte[] input) {
    List<byte[]> parts = new ArrayList<>();
    int from = 0;
    for (int at = 0; at <= input.length && parts.size() <= HEADERS.size(); at++) {
      if (at == input.length || input[at] == NEXT) {
        parts.add(Arrays.copyOfRange(input, from, at));
        from = at + 1;
      }
    }
    List<Header> headers = new ArrayList<>();
    for (int i = 1; i < parts.size(); i++) {
      headers.add(new Header(HEADERS.get(i - 1), parts.get(i)));
    }
    try {
      DeadLetter.Source source =
          DeadLetter.parse(new Message(0, 1, 2, null, parts.get(0), headers)).source;
      assertTrue(source.partition() >= 0 && source.offset() >= 0, source.toString());
      return true;
    } catch (Unusable e) {
      return false;
    }
  }
}
