package dev.tally.job;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Bytes of records that are kept for longer than the fetch they came with. */
public final class Bytes {
  private Bytes() {}

  /** A copy from position to limit, which stay as they are; null of null. */
  public static byte @Nullable [] copyOf(@Nullable ByteBuffer view) {
    if (view == null) {
      return null;
    }
    byte[] bytes = new byte[view.remaining()];
    view.get(view.position(), bytes);
    return bytes;
  }
}
