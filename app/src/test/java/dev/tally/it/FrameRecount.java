package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The users of all windows, counted in plain code: whole frames are parsed, and each window has a
 * set of the uids themselves.
 */
final class FrameRecount {
  /** What was counted in one window. */
  static final class Window {
    private final String end;
    private final Set<String> uids = new HashSet<>();
    private long frames;

    private Window(Instant end) {
      this.end = end.toString();
    }

    String end() {
      return end;
    }

    long users() {
      return uids.size();
    }

    long frames() {
      return frames;
    }
  }

  private record Place(String key, Instant end) {}

  private static final int RING = 63;
  private static final long HOUR_SECONDS = 3_600;
  private static final long DAY_SECONDS = 86_400;
  private static final long MINUTE_SECONDS = 60;

  private final Map<Integer, Deque<Long>> rings = new HashMap<>();
  private final Map<Long, List<Place>> places = new HashMap<>();
  private final Map<String, String> uids = new HashMap<>(); // each one once in memory
  private final Map<String, Window> windows = new TreeMap<>();
  private String uid = "";
  private String ts = "";
  private long refused;

  private FrameRecount() {}

  /** Reads the topic from its beginning to its end. */
  static FrameRecount of(Cluster kafka, String topic) throws Exception {
    FrameRecount recount = new FrameRecount();
    kafka.readEach(kafka.allOf(topic), recount::add);
    return recount;
  }

  /** What was counted, by the keys of results. */
  Map<String, Window> windows() {
    return windows;
  }

  /** How many frames do not count. */
  long refused() {
    return refused;
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    read(record.value());
    long seconds = Long.parseLong(ts);
    Deque<Long> ring = rings.computeIfAbsent(record.partition(), none -> new ArrayDeque<>());
    if (!counts(seconds, record.timestamp(), ring)) {
      refused++;
      return;
    }
    String user = uids.computeIfAbsent(uid, found -> found);
    for (Place place : places.computeIfAbsent(seconds / MINUTE_SECONDS, FrameRecount::places)) {
      Window window = windows.computeIfAbsent(place.key(), none -> new Window(place.end()));
      window.uids.add(user);
      window.frames++;
    }
  }

  private void read(byte[] frame) {
    try (JsonReader json = new JsonReader(new StringReader(new String(frame, UTF_8)))) {
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "uid" -> uid = json.nextString();
          case "ts" -> ts = json.nextString();
          default -> json.skipValue();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean counts(long seconds, long timestampMillis, Deque<Long> ring) {
    long aheadMillis = seconds * 1_000 - timestampMillis;
    if (aheadMillis > HOUR_SECONDS * 1_000) {
      return false;
    }
    boolean near = aheadMillis >= -HOUR_SECONDS * 1_000;
    boolean counts = true;
    if (!near && ring.size() == RING) {
      long[] sorted = ring.stream().mapToLong(time -> time).toArray();
      Arrays.sort(sorted);
      long median = sorted[RING / 2];
      counts = seconds >= median - HOUR_SECONDS && seconds <= median + DAY_SECONDS;
    }
    ring.addLast(seconds);
    if (ring.size() > RING) {
      ring.removeFirst();
    }
    return counts;
  }

  private static List<Place> places(long minute) {
    ZonedDateTime at = Instant.ofEpochSecond(minute * MINUTE_SECONDS).atZone(ZoneOffset.UTC);
    ZonedDateTime hour = at.truncatedTo(ChronoUnit.HOURS);
    LocalDate day = at.toLocalDate();
    LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    List<Place> places = new ArrayList<>();
    places.add(place("minute", at, at.plusMinutes(1)));
    places.add(place("hour", hour, hour.plusHours(1)));
    places.add(place("day", midnight(day), midnight(day.plusDays(1))));
    places.add(place("week", midnight(monday), midnight(monday.plusDays(7))));
    LocalDate month = day.withDayOfMonth(1);
    places.add(place("month", midnight(month), midnight(month.plusMonths(1))));
    LocalDate year = day.withDayOfYear(1);
    places.add(place("year", midnight(year), midnight(year.plusYears(1))));
    return places;
  }

  private static ZonedDateTime midnight(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC);
  }

  private static Place place(String kind, ZonedDateTime start, ZonedDateTime end) {
    return new Place(kind + "/" + start.toInstant(), end.toInstant());
  }
}
