package dev.tally.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Utf8Test {
  /** Bytes at which a rule of UTF-8 begins or ends. */
  private static final int[] EDGES = {
    0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec,
    0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xfc, 0xfe, 0xff
  };

  private static boolean strictlyDecodes(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static void assertAsJavaSays(byte[] bytes) {
    assertEquals(
        strictlyDecodes(bytes),
        Utf8.valid(bytes, 0, bytes.length),
        () -> HexFormat.of().formatHex(bytes));
    assertEquals(strictlyDecodes(bytes), Utf8.decode(bytes) != null);
  }

  @Test
  void allSequencesOfUpToThreeEdgeBytesAreJudgedAsJavaDoes() {
    assertAsJavaSays(new byte[0]);
    for (int length = 1; length <= 3; length++) {
      byte[] bytes = new byte[length];
      for (int number = 0; number < Math.pow(EDGES.length, length); number++) {
        int rest = number;
        for (int i = 0; i < length; i++) {
          bytes[i] = (byte) EDGES[rest % EDGES.length];
          rest /= EDGES.length;
        }
        assertAsJavaSays(bytes);
      }
    }
  }

  @Test
  void allFourByteSequencesAtTheEdgesAreJudgedAsJavaDoes() {
    int[] edges = {0x7f, 0x80, 0x8f, 0x90, 0xbf, 0xc0};
    for (int lead = 0xef; lead <= 0xf8; lead++) {
      for (int number = 0; number < 216; number++) {
        byte[] bytes = {
          (byte) lead,
          (byte) edges[number % 6],
          (byte) edges[number / 6 % 6],
          (byte) edges[number / 36]
        };
        assertAsJavaSays(bytes);
      }
    }
  }

  @Test
  void everyCodePointIsValidAndDecodedAsItself() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point += point < 0x3000 ? 1 : 61) {
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        String text = Character.toString(point);
        byte[] bytes = text.getBytes(UTF_8);
        assertAsJavaSays(bytes);
        assertEquals(text, Utf8.decode(bytes));
        assertArrayEquals(bytes, Utf8.encode(text));
      }
    }
  }

  @Test
  void randomBytesAndDamagedTextsAreJudgedAsJavaDoes() {
    Random random = new Random(3);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        bytes = "aé\u2028😀z".getBytes(UTF_8);
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertAsJavaSays(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "\ude00", "a\ud83d", "\ud83da", "\ude00\ud83d"})
  void halfASurrogatePairHasNoUtf8(String text) {
    assertNull(Utf8.encode(text));
  }

  @Test
  void aQuestionMarkAndTheReplacementCharacterAreTextLikeAnyOther() {
    assertArrayEquals("?\ufffd".getBytes(UTF_8), Utf8.encode("?\ufffd"));
  }
}
