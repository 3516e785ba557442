package dev.tally.audit.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.DeadLetter;
import dev.tally.audit.Header;
import dev.tally.audit.Message;
import dev.tally.audit.Unusable;
import dev.tally.fuzz.FuzzTarget;
import dev.tally.fuzz.SalesRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whatever stands in the topics that are checked is an answer or a dead letter, or is said to be
 * none. An input is a value and, behind 0xff each, up to three headers.
 */
final class FoundFuzzTest implements FuzzTarget {
  private static final byte NEXT = (byte) 0xff;
  private static final String SUM_NAME = "10minutesSum";
  private static final List<String> HEADERS =
      List.of("tally.error.partition", "tally.error.offset", "tally.error.reason");

  @Override
  public int inputs() {
    return 50_000;
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            AnswerText.write("85123A", "1795191575.5945363", SUM_NAME, "312.75"),
            AnswerText.write("a\"\n\u0001\u00e9", "0", SUM_NAME, "-0.000000001"),
            AnswerText.write("a", "1e3", SUM_NAME, "0"),
            "\u00003\u000017\u0000late",
            "x\u00000\u00000\u0000unreadable")
        .map(text -> text.getBytes(UTF_8))
        .map(FoundFuzzTest::separated)
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
    List<String> tokens = new ArrayList<>(SalesRows.tokens());
    tokens.addAll(
        List.of("\"Epoch\":", "\"10minutesSum\":", "late", "oversized", "999999999", "2147483648"));
    return tokens;
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
    boolean answer = answer(parts.get(0));
    return letter(new Message(0, 1, 2, null, parts.get(0), headers)) || answer;
  }

  private static boolean answer(byte[] value) {
    try {
      AnswerText found = AnswerText.parse(new Message(0, 1, 2, null, value, List.of()), SUM_NAME);
      byte[] key = found.code().getBytes(UTF_8);
      String defect =
          AnswerText.parse(new Message(0, 1, 2, key, value, List.of()), SUM_NAME).defect();
      String written = AnswerText.write(found.code(), found.epoch(), SUM_NAME, found.sum());
      if (defect == null) {
        assertEquals(written, new String(value, UTF_8));
      }
      return defect == null;
    } catch (Unusable e) {
      return false;
    }
  }

  private static boolean letter(Message message) {
    try {
      DeadLetter.Source source = DeadLetter.parse(message).source;
      assertTrue(source.partition() >= 0 && source.offset() >= 0, source.toString());
      return true;
    } catch (Unusable e) {
      return false;
    }
  }
}
