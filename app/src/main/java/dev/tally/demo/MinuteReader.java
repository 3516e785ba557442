package dev.tally.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.tally.demo.MinutesView.Window;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads the results of unique-users and its dead letters. */
final class MinuteReader implements ResultReader {
  /** More than the tallest terminal shows. */
  private static final int MINUTES_MAX = 200;

  private static final String MINUTE = "minute";
  private static final List<String> LONGER = List.of("hour", "day", "week", "month", "year");

  private final String resultTopic;
  private final TopicReader reader;

  @GuardedBy("this")
  private final TreeMap<String, Window> minutes = new TreeMap<>();

  @GuardedBy("this")
  private final Map<String, Window> longer = new HashMap<>();

  @GuardedBy("this")
  private long results;

  @GuardedBy("this")
  private long deadLetters;

  MinuteReader(String bootstrapServers, Act act) {
    this.resultTopic = act.output();
    this.reader = new TopicReader(bootstrapServers, Demo.emittedPartitions(act), this::note);
    reader.start();
  }

  /** What has been read. */
  record Minutes(long results, long deadLetters, List<Window> minutes, List<Window> longer)
      implements Progress {
    @Override
    public View view(Flow flow) {
      return new MinutesView(flow, minutes, longer);
    }
  }

  @Override
  public synchronized Minutes progress() {
    reader.requireReading();
    List<Window> ascending = new ArrayList<>();
    for (String kind : LONGER) {
      Window last = longer.get(kind);
      if (last != null) {
        ascending.add(last);
      }
    }
    return new Minutes(results, deadLetters, List.copyOf(minutes.values()), ascending);
  }

  @Override
  public void close() {
    reader.close();
  }

  private synchronized void note(ConsumerRecord<byte[], byte[]> record, long nowMillis) {
    if (!record.topic().equals(resultTopic)) {
      deadLetters++;
      return;
    }
    results++;
    try {
      JsonObject result =
          JsonParser.parseString(new String(record.value(), StandardCharsets.UTF_8))
              .getAsJsonObject();
      note(result, nowMillis);
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException
        | DateTimeParseException e) {
      // verify will say so
    }
  }

  @GuardedBy("this")
  private void note(JsonObject result, long nowMillis) {
    Stream<String> names = Stream.of("window", "start", "end", "users", "exact", "frames", "final");
    if (!names.allMatch(name -> result.has(name))) {
      return;
    }
    String kind = text(result, "window");
    String start = text(result, "start");
    if (kind.equals(MINUTE)) {
      minutes.compute(start, (same, last) -> after(last, kind, start, result, nowMillis));
      if (minutes.size() > MINUTES_MAX) {
        minutes.pollFirstEntry();
      }
    } else {
      Window last = longer.get(kind);
      if (last == null || last.start().compareTo(start) <= 0) {
        Window same = last != null && last.start().equals(start) ? last : null;
        longer.put(kind, after(same, kind, start, result, nowMillis));
      }
    }
  }

  /** What is known of a window after a further result. */
  static Window after(
      @Nullable Window last, String kind, String start, JsonObject result, long nowMillis) {
    boolean closes = result.get("final").getAsBoolean();
    OptionalLong afterMillis = OptionalLong.empty();
    int corrections = 0;
    if (last != null && last.closed()) {
      afterMillis = last.afterMillis();
      corrections = last.corrections() + 1;
    } else if (closes) {
      long millis = nowMillis - Instant.parse(text(result, "end")).toEpochMilli();
      // At the end of the show the last minute is closed before its time.
      afterMillis = millis < 0 ? OptionalLong.empty() : OptionalLong.of(millis);
    }
    return new Window(
        kind,
        start,
        result.get("users").getAsLong(),
        result.get("exact").getAsBoolean(),
        result.get("frames").getAsLong(),
        closes || corrections > 0,
        afterMillis,
        corrections);
  }

  private static String text(JsonObject result, String name) {
    return result.get(name).getAsString();
  }
}
