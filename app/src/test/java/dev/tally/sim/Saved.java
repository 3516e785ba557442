package dev.tally.sim;

import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of a saved position, read without the engine's own code.
 *
 * @param offset the saved offset
 * @param exactFrom if it is higher, the state is from the middle of a replay to there
 * @param slices how many slices of the horizon are saved
 */
record Saved(long offset, long exactFrom, long clockNanos, long topicIdLow, int slices) {
  private static final byte[] POSITION_KEY = {0};

  /** Null where there is no position among the entries. */
  static @Nullable Saved read(Map<byte[], byte[]> entries) {
    byte[] bytes = entries.get(POSITION_KEY);
    if (bytes == null) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    in.get(); // version of the layout
    long offset = in.getLong();
    in.getInt(); // leader epoch
    long exactFrom = in.getLong();
    long clockNanos = in.getLong();
    in.getLong(); // the other half of the topic id
    long topicIdLow = in.getLong();
    int fingerprintBytes = Short.toUnsignedInt(in.getShort());
    in.position(in.position() + fingerprintBytes);
    return new Saved(offset, exactFrom, clockNanos, topicIdLow, in.getInt());
  }
}
