package dev.tally.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One record of a topic. Which topic it is, the receiver knows. */
public final class Message {
  public final int partition;
  public final long offset;
  public final long timestampMillis;
  public final byte @Nullable [] key;
  public final byte @Nullable [] value;
  public final List<Header> headers;

  public Message(
      int partition,
      long offset,
      long timestampMillis,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers) {
    this.partition = partition;
    this.offset = offset;
    this.timestampMillis = timestampMillis;
    this.key = key;
    this.value = value;
    this.headers = headers;
  }

  /** The text of the last header of this name, like Kafka's lastHeader; null if there is none. */
  public @Nullable String header(String name) {
    String text = null;
    for (Header header : headers) {
      if (header.name.equals(name)) {
        text = header.value == null ? null : new String(header.value, StandardCharsets.UTF_8);
      }
    }
    return text;
  }
}
