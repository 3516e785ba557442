package dev.tally.audit.uniqueusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.audit.Unusable;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PartTest {
  private static final Uuid TOPIC = new Uuid(7, 8);

  private final SamplePart sample = new SamplePart(TOPIC, 1, 10, 25);

  @Test
  void aPartSaysWhatItCountedByMinutes() throws Unusable {
    sample.hour = 7200;
    sample.minutes.put(3, new int[] {5, 2});
    sample.minutes.put(59, new int[] {1, 1});
    assertEquals(new Part(TOPIC, 1, 10, 25, 7200, Map.of(3, 5, 59, 1)), Part.parse(sample.bytes()));
  }

  @Test
  void aPartMayHaveNoFrames() throws Unusable {
    assertEquals(new Part(TOPIC, 1, 10, 25, 0, Map.of()), Part.parse(sample.bytes()));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2, its version is 2",
    "17, -1, its partition is -16777215",
    "25, -1, its from is -72057594037927926",
    "33, -1, its to is -72057594037927911",
    "41, 4, its flags is 4",
    "57, 1, its hour is 1"
  })
  void aFieldThatCannotBeIsNamed(int at, byte value, String said) {
    byte[] bytes = sample.bytes();
    bytes[at] = value;
    assertEquals(said, refusal(bytes));
  }

  @Test
  void nothingMayBeMissingOrFollow() {
    sample.minutes.put(3, new int[] {5, 2});
    byte[] bytes = sample.bytes();
    for (int length = 0; length < bytes.length; length++) {
      assertEquals(
          "it ends after " + length + " bytes, too early", refusal(Arrays.copyOf(bytes, length)));
    }
    assertEquals("1 bytes follow the part", refusal(Arrays.copyOf(bytes, bytes.length + 1)));
  }

  @Test
  void everyMinuteHasFramesAndNoMoreHashesThanFrames() {
    sample.minutes.put(60, new int[] {1, 1});
    assertEquals("its minute is 60", refusal(sample.bytes()));
    sample.minutes.clear();
    sample.minutes.put(0, new int[] {0, 0});
    assertEquals("its number of frames is 0", refusal(sample.bytes()));
    sample.minutes.put(0, new int[] {1, 2});
    assertEquals("its number of hashes is 2", refusal(sample.bytes()));
  }

  private static String refusal(byte[] bytes) {
    return String.valueOf(assertThrows(Unusable.class, () -> Part.parse(bytes)).getMessage());
  }
}
