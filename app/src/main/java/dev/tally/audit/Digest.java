package dev.tally.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands for bytes that wait to be compared.
 *
 * @param length how many bytes, or headers; -1 for null and for no headers
 * @param high the first quarter of their SHA-256
 * @param low the second quarter
 */
record Digest(int length, long high, long low) {
  private static final Digest NULL = new Digest(-1, 0, 0);

  /** A digest of a key or a value. */
  static Digest of(byte @Nullable [] bytes) {
    return bytes == null ? NULL : ofFirst(bytes, bytes.length);
  }

  /** Whether these bytes begin with those that were digested, or are the same. */
  boolean isPrefixOf(byte @Nullable [] bytes) {
    if (bytes == null || length < 0) {
      return bytes == null && length < 0;
    }
    return length <= bytes.length && equals(ofFirst(bytes, length));
  }

  /** A digest of all headers but ours, in their order. */
  static Digest of(List<Header> headers) {
    MessageDigest sha = sha256();
    int count = 0;
    for (Header header : headers) {
      if (header.name.startsWith("tally.")) {
        continue;
      }
      count++;
      update(sha, header.name.getBytes(StandardCharsets.UTF_8));
      update(sha, header.value);
    }
    return count == 0 ? NULL : ofHash(count, sha.digest());
  }

  private static void update(MessageDigest sha, byte @Nullable [] bytes) {
    int length = bytes == null ? -1 : bytes.length;
    sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    if (bytes != null) {
      sha.update(bytes);
    }
  }

  private static Digest ofFirst(byte[] bytes, int length) {
    MessageDigest sha = sha256();
    sha.update(bytes, 0, length);
    return ofHash(length, sha.digest());
  }

  private static Digest ofHash(int length, byte[] hash) {
    ByteBuffer halves = ByteBuffer.wrap(hash);
    return new Digest(length, halves.getLong(), halves.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
