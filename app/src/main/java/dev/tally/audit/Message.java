package dev.tally.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One record as it stands in a topic; the topic is known from where it is handed in. */
final class Message {
  final int partition;
  final long offset;
  final long timestampMillis;
  final byte @Nullable [] key;
  final byte @Nullable [] value;
  final List<Header> headers;

  Message(
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

  /** The text of the last header of this name, as Kafka's own lastHeader; null if there is none. */
  @Nullable String header(String name) {
    String text = null;
    for (Header header : headers) {
      if (header.name.equals(name)) {
        text = header.value == null ? null : new String(header.value, StandardCharsets.UTF_8);
      }
    }
    return text;
  }
}
