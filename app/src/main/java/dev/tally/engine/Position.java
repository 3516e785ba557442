package dev.tally.engine;

import dev.tally.job.KeyedState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The point in the input that a saved state corresponds to: its offset, and the clock and settings
 * there. It is written in the same batch as the state itself.
 *
 * <pre>
 *   1 byte   layout version of this and of what the job saves, 2
 *   8 bytes  saved offset: the state is that of all records before it
 *   4 bytes  leader epoch of the record before that, -1 if unknown
 *   8 bytes  exactFrom
 *   8 bytes  clock
 *  16 bytes  topic id
 *   n bytes  fingerprint, as DataOutput.writeUTF
 *   n bytes  horizon: 4 bytes count, then 8 bytes slice and 8 bytes offset each
 * </pre>
 *
 * @param exactFrom lowest committed offset that the state is exact for: one saved in the middle of
 *     a replay is not exact before the end of that replay
 */
record Position(
    long offset,
    Optional<Integer> leaderEpoch,
    long exactFrom,
    long clockNanos,
    Uuid topicId,
    String fingerprint,
    Horizon horizon) {
  private static final byte LAYOUT = 2;
  private static final byte[] KEY = {KeyedState.ENGINE_PREFIX};

  void write(KeyedState.Batch batch) {
    try {
      batch.put(KEY, toBytes());
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory cannot fail to be written", e);
    }
  }

  private byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(LAYOUT);
      out.writeLong(offset);
      out.writeInt(leaderEpoch.orElse(-1));
      out.writeLong(exactFrom);
      out.writeLong(clockNanos);
      out.writeLong(topicId.getMostSignificantBits());
      out.writeLong(topicId.getLeastSignificantBits());
      out.writeUTF(fingerprint);
      horizon.write(out);
    }
    return bytes.toByteArray();
  }

  /**
   * The position of saved state, or null if nothing is saved.
   *
   * @throws UnknownLayout if another version wrote it or it is damaged
   */
  static @Nullable Position read(KeyedState state, long sliceNanos) throws UnknownLayout {
    byte[] bytes = state.get(KEY);
    if (bytes == null) {
      return null;
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte layout = in.readByte();
      if (layout != LAYOUT) {
        throw new UnknownLayout(
            "layout " + layout + ", this version reads " + LAYOUT, layout > LAYOUT);
      }
      long offset = in.readLong();
      int epoch = in.readInt();
      Position position =
          new Position(
              offset,
              epoch < 0 ? Optional.empty() : Optional.of(epoch),
              in.readLong(),
              in.readLong(),
              new Uuid(in.readLong(), in.readLong()),
              in.readUTF(),
              Horizon.read(in, sliceNanos));
      if (!Arrays.equals(position.toBytes(), bytes)) {
        throw new UnknownLayout("a position that this version would not write", false);
      }
      return position;
    } catch (IOException e) {
      throw new UnknownLayout("a position of " + bytes.length + " bytes: " + e, false);
    }
  }

  /** Saved state that this version cannot read. */
  static final class UnknownLayout extends Exception {
    private final boolean newer;

    UnknownLayout(String message, boolean newer) {
      super(message);
      this.newer = newer;
    }

    boolean newer() {
      return newer;
    }
  }
}
