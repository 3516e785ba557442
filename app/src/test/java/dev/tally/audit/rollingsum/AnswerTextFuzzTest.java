package dev.tally.audit.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tally.audit.Message;
import dev.tally.audit.Unusable;
import dev.tally.fuzz.FuzzTarget;
import dev.tally.fuzz.SalesRows;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Any record in the output topic is an answer, or is refused as none. An input is its value. */
final class AnswerTextFuzzTest implements FuzzTarget {
  private static final String SUM_NAME = "10minutesSum";

  @Override
  public int inputs() {
    return 50_000;
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            AnswerText.write("85123A", "1795191575.5945363", SUM_NAME, "312.75"),
            AnswerText.write("a\"\n\u0001\u00e9", "0", SUM_NAME, "-0.000000001"),
            AnswerText.write("a", "1e3", SUM_NAME, "0"))
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }

  @Override
  public List<String> tokens() {
    List<String> tokens = new ArrayList<>(SalesRows.tokens());
    tokens.addAll(List.of("\"Epoch\":", "\"10minutesSum\":"));
    return tokens;
  }

  @Override
  public boolean accepts(byte[] input) {
    try {
      AnswerText found = AnswerText.parse(answer(null, input), SUM_NAME);
      byte[] key = found.code().getBytes(UTF_8);
      String defect = AnswerText.parse(answer(key, input), SUM_NAME).defect();
      String written = AnswerText.write(found.code(), found.epoch(), SUM_NAME, found.sum());
      if (defect == null) {
        assertEquals(written, new String(input, UTF_8));
      }
      return defect == null;
    } catch (Unusable e) {
      return false;
    }
  }

  private static Message answer(byte @Nullable [] key, byte[] value) {
    return new Message(0, 1, 2, key, value, List.of());
  }
}
