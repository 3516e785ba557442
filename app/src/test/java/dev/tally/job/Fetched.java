package dev.tally.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes as a consumer returns them: somewhere within the memory of a fetch. */
public final class Fetched {
  // The bytes around them look like parts of a row, so that reading too far is noticed.
  private static final byte[] BEFORE = "{\"StockCode\":\"8".getBytes(UTF_8);
  private static final byte[] AFTER = "9.5\",}\"\\0123456789".getBytes(UTF_8);

  private Fetched() {}

  /** The same, or null if there are no bytes. */
  public static @Nullable ByteBuffer viewOrNull(byte @Nullable [] bytes) {
    return bytes == null ? null : view(bytes);
  }

  /** The same bytes with others before and after them. */
  public static ByteBuffer view(byte[] bytes) {
    byte[] fetch = Arrays.copyOf(BEFORE, BEFORE.length + bytes.length + AFTER.length);
    System.arraycopy(bytes, 0, fetch, BEFORE.length, bytes.length);
    System.arraycopy(AFTER, 0, fetch, BEFORE.length + bytes.length, AFTER.length);
    return ByteBuffer.wrap(fetch).slice(BEFORE.length, bytes.length);
  }
}
