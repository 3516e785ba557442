package dev.tally.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** UTF-8 as RFC 3629 defines it: what is invalid is refused, and never replaced. */
public final class Utf8 {
  private Utf8() {}

  /** The text, or null if the bytes are not UTF-8. */
  public static @Nullable String decode(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** The bytes, or null if the text holds half a surrogate pair, which has no UTF-8 form. */
  public static byte @Nullable [] encode(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new String(bytes, UTF_8).equals(text) ? bytes : null;
  }

  /** Whether the bytes in [from, to) are UTF-8. */
  public static boolean valid(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int lead = bytes[i++];
      if (lead >= 0) {
        continue;
      }
      int more = lead >= (byte) 0xc2 && lead <= (byte) 0xdf ? 1 : 0;
      more = lead >= (byte) 0xe0 && lead <= (byte) 0xef ? 2 : more;
      more = lead >= (byte) 0xf0 && lead <= (byte) 0xf4 ? 3 : more;
      if (more == 0 || i + more > to || !secondFits(lead, bytes[i])) {
        return false;
      }
      for (int end = i + more; i < end; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
          return false;
        }
      }
    }
    return true;
  }

  /** Overlong forms, surrogates and what is past U+10FFFF all show in the second byte. */
  private static boolean secondFits(int lead, byte second) {
    int low = second & 0xff;
    return switch (lead & 0xff) {
      case 0xe0 -> low >= 0xa0;
      case 0xed -> low <= 0x9f;
      case 0xf0 -> low >= 0x90;
      case 0xf4 -> low <= 0x8f;
      default -> true;
    };
  }
}
