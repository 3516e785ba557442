package dev.tally.audit.uniqueusers;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/** A part as the first stage writes it. */
final class SamplePart {
  private final Uuid topicId;
  private final int partition;
  private final long from;
  private final long to;
  long hour;

  /** By minute of the hour: frames, hashes. */
  final Map<Integer, int[]> minutes = new TreeMap<>();

  SamplePart(Uuid topicId, int partition, long from, long to) {
    this.topicId = topicId;
    this.partition = partition;
    this.from = from;
    this.to = to;
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(1);
      out.writeLong(topicId.getMostSignificantBits());
      out.writeLong(topicId.getLeastSignificantBits());
      out.writeInt(partition);
      out.writeInt(partition + 1);
      out.writeLong(from);
      out.writeLong(to);
      out.writeByte(1);
      out.writeLong(Long.MIN_VALUE);
      out.writeLong(hour);
      out.writeShort(minutes.size());
      for (Map.Entry<Integer, int[]> minute : minutes.entrySet()) {
        out.writeByte(minute.getKey());
        out.writeInt(minute.getValue()[0]);
        out.writeInt(minute.getValue()[1]);
        for (int i = 0; i < minute.getValue()[1]; i++) {
          out.writeLong(i);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }
}
