package dev.tally.audit.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tally.audit.Message;
import dev.tally.audit.Unusable;
import dev.tally.fuzz.FuzzTarget;
import java.util.List;
import java.util.stream.Stream;

/** Any record in the output topic is a result, or is refused as none. An input is its value. */
final class ResultTextFuzzTest implements FuzzTarget {
  @Override
  public int inputs() {
    return 20_000;
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            new ResultText(Window.of(WindowKind.MINUTE, 0), Users.exactly(1), 1, false),
            new ResultText(Window.of(WindowKind.WEEK, 99_999_999_999L), Users.exactly(9), 99, true),
            new ResultText(Window.of(WindowKind.YEAR, 9), Users.estimated(200_000), 200_000, true))
        .map(result -> result.write().getBytes(UTF_8))
        .toList();
  }

  @Override
  public List<String> tokens() {
    return List.of(
        "minute",
        "hour",
        "day",
        "week",
        "month",
        "year",
        "true",
        "false",
        "24:00:00",
        "0",
        "1",
        "999999999999999999",
        "9999-12-31T23:59:00Z",
        "1969-12-29T00:00:00Z",
        "T",
        "Z",
        "}");
  }

  @Override
  public boolean accepts(byte[] input) {
    try {
      ResultText result = ResultText.parse(new Message(0, 0, 0, key(input), input, List.of()));
      assertArrayEquals(input, result.write().getBytes(UTF_8));
      return true;
    } catch (Unusable e) {
      return false;
    }
  }

  /** The key that the value calls for, as far as it says so. */
  private static byte[] key(byte[] value) {
    return new String(value, UTF_8)
        .replaceFirst("^\\{\"window\":\"([a-z]+)\",\"start\":\"([^\"]*)\".*$", "$1/$2")
        .getBytes(UTF_8);
  }
}
