package dev.tally.jobs.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * What hash4j has answered so far. With a release of it that answers otherwise, saved state and
 * topics would no longer fit what is computed anew: it needs a new version of their formats.
 */
final class UserSetGoldenTest {
  private static String hash(String uid) {
    byte[] bytes = ("{" + uid + "}").getBytes(UTF_8);
    return HexFormat.of().toHexDigits(UidHash.of(bytes, 1, bytes.length - 1));
  }

  private static UserSet users(int count) {
    UserSet set = new UserSet();
    for (int i = 0; i < count; i++) {
      byte[] uid = ("user-" + i).getBytes(UTF_8);
      set.add(UidHash.of(uid, 0, uid.length));
    }
    return set;
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /** The first three are published with XXH3 itself. */
  @Test
  void aUidHasTheSameHashForEver() {
    assertEquals("2d06800538d394c2", hash(""));
    assertEquals("e6c632b61e964e1f", hash("a"));
    assertEquals("78af5f94892f3950", hash("abc"));
    assertEquals("7cf739e48db10806", hash("ed90f2bd-b2dd-4fb4-a1a5-7a93e7f2f5b0"));
    assertEquals("67dd9dc6abe24e87", hash("\u0436\u20ac\ud83d\ude00"));
    assertEquals("afadba07e1698882", hash("0123456789".repeat(20)));
    assertEquals("357b02f126bc7162", hash("0123456789".repeat(102)));
  }

  @Test
  void theSameUsersGiveTheSameEstimateForEver() {
    assertEquals(131_072, users(131_072).users());
    assertEquals(131_655, users(131_073).users());
    assertEquals(200_483, users(200_000).users());
    UserSet million = users(1_000_000);
    assertEquals(1_001_504, million.users());
    assertEquals(995_533, million.lower());
    assertEquals(1_007_547, million.upper());
  }

  @Test
  void theSameUsersGiveTheSameBytesForEver() throws NoSuchAlgorithmException {
    assertEquals(
        "00f92bcd191370a1e07c7615c11438e5c9", HexFormat.of().formatHex(users(2).toBytes()));
    assertEquals(
        "1f77f717ca30ed31fdf01ef43f09095093856f020879a84c45e7defca2279984",
        sha256(users(1_000_000).toBytes()));
  }
}
