package dev.tally.job;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Copies bytes of records that must outlive the fetch they came with. */
public final class Bytes {
  private Bytes() {}

  /** The bytes from position to limit, neither of which moves; null if there is no view. */
  public static byte @Nullable [] copyOf(@Nullable ByteBuffer view) {
    if (view == null) {
      return null;
    }
    byte[] bytes = new byte[view.remaining()];
    view.get(view.position(), bytes);
    return bytes;
  }
}
