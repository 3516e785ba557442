package dev.tally.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes as a consumer gives them: somewhere in the memory of a fetch. */
public final class Fetched {
  // What stands around them looks like a row, so that whoever reads too far finds something.
  private static final byte[] BEFORE = "{\"StockCode\":\"8".getBytes(UTF_8);
  private static final byte[] BEHIND = "9.5\",}\"\\0123456789".getBytes(UTF_8);

  private Fetched() {}

  /** The same, or null of null. */
  public static @Nullable ByteBuffer viewOrNull(byte @Nullable [] bytes) {
    return bytes == null ? null : view(bytes);
  }

  /** The same bytes with others before and behind them. */
  public static ByteBuffer view(byte[] bytes) {
    byte[] fetch = Arrays.copyOf(BEFORE, BEFORE.length + bytes.length + BEHIND.length);
    System.arraycopy(bytes, 0, fetch, BEFORE.length, bytes.length);
    System.arraycopy(BEHIND, 0, fetch, BEFORE.length + bytes.length, BEHIND.length);
    return ByteBuffer.wrap(fetch).slice(BEFORE.length, bytes.length);
  }
}
