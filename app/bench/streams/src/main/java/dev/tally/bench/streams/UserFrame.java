package dev.tally.bench.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.stream.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** A frame as far as users are counted, read no farther than to the second of its two members. */
record UserFrame(String uid, long tsSeconds) {
  static Serde<UserFrame> serde() {
    return Serdes.serdeFrom(
        (topic, frame) -> {
          throw new UnsupportedOperationException("frames are only read");
        },
        (topic, bytes) -> parse(bytes));
  }

  private static UserFrame parse(byte[] json) {
    String uid = "";
    String ts = "";
    try (JsonReader reader =
        new JsonReader(new InputStreamReader(new ByteArrayInputStream(json), UTF_8))) {
      reader.beginObject();
      while (uid.isEmpty() || ts.isEmpty()) {
        switch (reader.nextName()) {
          case "uid" -> uid = reader.nextString();
          case "ts" -> ts = reader.nextString(); // of a number, too
          default -> reader.skipValue();
        }
      }
      return new UserFrame(uid, Long.parseLong(ts));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
