package dev.tally.audit.uniqueusers;

import dev.tally.audit.Unusable;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What the first stage says that it counted of one partition's frames in one commit, without the
 * hashes: what an audit needs to know where the job began, and which frames came too late.
 *
 * @param topicId of the topic of the frames
 * @param partition of the frames
 * @param from the first offset of the commit
 * @param to the offset after its last
 * @param hour the start of the hour of its minutes, in seconds since 1970; 0 if it has none
 * @param frames by minute of the hour
 */
record Part(
    Uuid topicId, int partition, long from, long to, long hour, Map<Integer, Integer> frames) {
  private static final int VERSION = 1;
  private static final int FLAGS_MAX = 3;
  private static final int MINUTES_OF_HOUR = 60;

  Part {
    frames = Map.copyOf(frames);
  }

  /**
   * Reads a record value.
   *
   * @throws Unusable if it is no part
   */
  static Part parse(byte @Nullable [] value) throws Unusable {
    if (value == null) {
      throw new Unusable("it has no value");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
      Part part = read(in);
      if (in.available() > 0) {
        throw new Unusable("%d bytes follow the part".formatted(in.available()));
      }
      return part;
    } catch (EOFException e) {
      throw new Unusable("it ends after %d bytes, too early".formatted(value.length));
    } catch (IOException e) {
      throw new AssertionError("bytes in memory can be read", e);
    }
  }

  private static Part read(DataInputStream in) throws IOException, Unusable {
    int version = in.readUnsignedByte();
    require(version == VERSION, "version", version);
    Uuid topicId = new Uuid(in.readLong(), in.readLong());
    int partition = in.readInt();
    int partitions = in.readInt();
    require(0 <= partition && partition < partitions, "partition", partition);
    long from = in.readLong();
    require(from >= 0, "from", from);
    long to = in.readLong();
    require(to >= from, "to", to);
    int flags = in.readUnsignedByte();
    require(flags <= FLAGS_MAX, "flags", flags);
    var unusedClock = in.readLong();
    long hour = in.readLong();
    require(WindowKind.HOUR.start(hour) == hour && hour >= 0, "hour", hour);
    int minutes = in.readUnsignedShort();
    require(minutes <= MINUTES_OF_HOUR, "count of minutes", minutes);
    Map<Integer, Integer> frames = new LinkedHashMap<>();
    for (int i = 0; i < minutes; i++) {
      int minute = in.readUnsignedByte();
      require(minute < MINUTES_OF_HOUR && !frames.containsKey(minute), "minute", minute);
      frames.put(minute, readFrames(in));
    }
    return new Part(topicId, partition, from, to, hour, frames);
  }

  /** The number of frames of one minute; passes over their hashes. */
  private static int readFrames(DataInputStream in) throws IOException, Unusable {
    int frames = in.readInt();
    require(frames > 0, "number of frames", frames);
    int hashes = in.readInt();
    require(0 < hashes && hashes <= frames, "number of hashes", hashes);
    in.skipNBytes((long) hashes * Long.BYTES);
    return frames;
  }

  private static void require(boolean sound, String what, long found) throws Unusable {
    if (!sound) {
      throw new Unusable("its %s is %d".formatted(what, found));
    }
  }
}
