package dev.tally.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.FormatMethod;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Compares every committed transaction of each stage with a recount by definition, in plain sets of
 * users, and hands what it sent on to the next stage. Parts and hours are read here without the
 * job's own code.
 */
final class UsersLedger {
  static final String FRAMES = "frames";
  static final String RESULTS = "users";
  static final String PARTS = "users-parts";
  static final String HOURS = "users-hours";
  static final String DEAD_LETTERS = "frames-dead-letters";

  private static final long NONE = Long.MIN_VALUE;
  private static final long MINUTE = 60;
  private static final long HOUR = 3_600;
  private static final List<String> KINDS =
      List.of("minute", "hour", "day", "week", "month", "year");
  private static final int SHORT_KINDS = 2;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int PART_LAST = 1;
  private static final int PART_IDLE = 2;

  /** Frames that count and their users. */
  private static final class Count {
    private long frames;
    private final Set<Integer> users = new HashSet<>();

    private void add(UserFrames.Fact frame) {
      frames++;
      users.add(frame.user());
    }
  }

  private record Window(String kind, long start, long end) {
    private String key() {
      return kind + "/" + text(start);
    }

    private static String text(long seconds) {
      return Instant.ofEpochSecond(seconds).toString();
    }

    private String value(Count count, boolean asFinal) {
      int users = count.users.size();
      return String.format(
          "{\"window\":\"%s\",\"start\":\"%s\",\"end\":\"%s\",\"users\":%d,\"exact\":true,"
              + "\"lower\":%d,\"upper\":%d,\"frames\":%d,\"final\":%s}",
          kind, text(start), text(end), users, users, users, count.frames, asFinal);
    }
  }

  private record Result(long frames, boolean asFinal, String value) {}

  /** A part, with the frames that it has to hold. */
  private record Part(
      int partition,
      long from,
      long to,
      boolean last,
      boolean idle,
      long clock,
      long hour,
      Map<Long, long[]> minutes,
      List<UserFrames.Fact> frames,
      long appendedNanos) {}

  private record HourSent(long start, long closedTo, long frames, Set<Integer> users) {}

  private static final class Source {
    private boolean idle;
    private long clock = NONE;
    private boolean heard;
  }

  private final UserFrames frames;
  private final Cluster framesCluster;
  private final Cluster partsCluster;
  private final Cluster hoursCluster;
  private final long graceSeconds;
  private final long keptSeconds;

  private final Map<Integer, Long> countedTo = new TreeMap<>();
  private final TreeMap<Long, Part> parts = new TreeMap<>();
  private final TreeMap<Long, HourSent> hours = new TreeMap<>();

  // Of the stage minutes: what has been merged, and how far windows may be closed.
  private final Map<Window, Count> counts = new HashMap<>();
  private final List<Source> sources = new ArrayList<>();
  private long mergedTo;
  private long closedBound = NONE;
  private long spokenBound = NONE;
  private int lateParts;

  // Of the stage calendar.
  private final Map<Long, HourSent> hoursRead = new HashMap<>();
  private long hoursReadTo;
  private long calendarClosedTo = NONE;

  private final Map<Window, Result> results = new HashMap<>();
  private long told;

  UsersLedger(
      UserFrames frames,
      Cluster framesCluster,
      Cluster partsCluster,
      Cluster hoursCluster,
      long graceSeconds,
      long keptSeconds) {
    this.frames = frames;
    this.framesCluster = framesCluster;
    this.partsCluster = partsCluster;
    this.hoursCluster = hoursCluster;
    this.graceSeconds = graceSeconds;
    this.keptSeconds = keptSeconds;
    for (int i = 0; i < framesCluster.logs.size(); i++) {
      sources.add(new Source());
    }
  }

  /** How many results were told. */
  long told() {
    return told;
  }

  /** How many parts came after their hour had been forgotten. */
  int lateParts() {
    return lateParts;
  }

  private static Window window(String kind, long seconds) {
    LocalDate day = Instant.ofEpochSecond(seconds).atZone(ZoneOffset.UTC).toLocalDate();
    LocalDate monday = day.minusDays(day.getDayOfWeek().getValue() - 1L);
    long minute = Math.floorDiv(seconds, MINUTE) * MINUTE;
    long hour = Math.floorDiv(seconds, HOUR) * HOUR;
    return switch (kind) {
      case "minute" -> new Window(kind, minute, minute + MINUTE);
      case "hour" -> new Window(kind, hour, hour + HOUR);
      case "day" -> new Window(kind, at(day), at(day.plusDays(1)));
      case "week" -> new Window(kind, at(monday), at(monday.plusDays(7)));
      case "month" -> new Window(kind, at(day.withDayOfMonth(1)), at(monthAfter(day)));
      default ->
          new Window(kind, at(day.withDayOfYear(1)), at(LocalDate.of(day.getYear() + 1, 1, 1)));
    };
  }

  private static LocalDate monthAfter(LocalDate day) {
    return day.withDayOfMonth(1).plusMonths(1);
  }

  private static long at(LocalDate day) {
    return day.atStartOfDay().toEpochSecond(ZoneOffset.UTC);
  }

  // --- stage 1

  /** A transaction of the stage parts. */
  void partsCommitting(
      Map<Integer, OffsetAndMetadata> offsets, List<ProducerRecord<byte[], byte[]>> sent) {
    Map<Integer, TreeMap<Long, String>> letters = new HashMap<>();
    Map<Integer, Long> cursors = new HashMap<>(countedTo);
    for (ProducerRecord<byte[], byte[]> record : sent) {
      if (record.topic().equals(DEAD_LETTERS)) {
        int partition = Integer.parseInt(header(record, "partition"));
        long offset = Long.parseLong(header(record, "offset"));
        String before =
            letters
                .computeIfAbsent(partition, none -> new TreeMap<>())
                .put(offset, header(record, "reason"));
        require(before == null, "two dead letters of offset %d", offset);
        require(header(record, "group").equals("g"), "the group %s", header(record, "group"));
      } else {
        require(record.topic().equals(PARTS), "a record on %s", record.topic());
        Part part = part(record.value());
        require(offsets.containsKey(part.partition()), "a part of %d alone", part.partition());
        long cursor = cursors.getOrDefault(part.partition(), 0L);
        require(part.from() == cursor, "a part from %d, not %d", part.from(), cursor);
        if (part.last()) {
          requireWhole(part, sent);
          cursors.put(part.partition(), part.to());
        }
        append(partsCluster, record.value());
        parts.put(partsCluster.logs.get(0).end() - 1, part);
      }
    }
    offsets.forEach(
        (partition, offset) -> {
          long from = countedTo.getOrDefault(partition, 0L);
          long to = offset.offset();
          require(from <= to, "%d goes back from %d to %d", partition, from, to);
          require(
              cursors.getOrDefault(partition, 0L) == to, "no part of %d up to %d", partition, to);
          requireLetters(partition, from, to, letters.remove(partition));
          countedTo.put(partition, to);
        });
    require(letters.isEmpty(), "dead letters of partitions without an offset: %s", letters);
    end(partsCluster);
  }

  private void requireLetters(
      int partition, long from, long to, @Nullable Map<Long, String> letters) {
    Map<Long, String> expected = new TreeMap<>();
    for (long offset = from; offset < to; offset++) {
      UserFrames.Fact fact = frames.facts(partition).get((int) offset);
      if (fact.refused() != null) {
        expected.put(offset, fact.refused().text());
      }
    }
    Map<Long, String> found = letters == null ? new TreeMap<>() : letters;
    require(found.equals(expected), "%d: dead letters %s, not %s", partition, found, expected);
  }

  private Part part(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    require(in.get() == 1, "the version of a part");
    long idHigh = in.getLong();
    long idLow = in.getLong();
    require(
        idHigh == framesCluster.topicId().getMostSignificantBits()
            && idLow == framesCluster.topicId().getLeastSignificantBits(),
        "the topic of a part");
    int partition = in.getInt();
    require(in.getInt() == sources.size(), "the partitions of a part");
    long from = in.getLong();
    long to = in.getLong();
    int flags = in.get();
    long clock = in.getLong();
    long hour = in.getLong();
    int minutes = in.getShort();
    Map<Long, long[]> told = new TreeMap<>();
    for (int i = 0; i < minutes; i++) {
      long minute = hour + in.get() * MINUTE;
      int count = in.getInt();
      Set<Long> hashes = new TreeSet<>();
      for (int left = in.getInt(); left > 0; left--) {
        require(hashes.add(in.getLong()), "a hash comes twice in a minute of a part");
      }
      told.put(minute, new long[] {count, hashes.size()});
    }
    boolean idle = (flags & PART_IDLE) != 0;
    if (idle) {
      requireIdle(partition, to);
    }
    return new Part(
        partition,
        from,
        to,
        (flags & PART_LAST) != 0,
        idle,
        clock,
        hour,
        told,
        told.isEmpty() ? List.of() : counted(partition, from, to, hour),
        framesCluster.nowNanos);
  }

  private List<UserFrames.Fact> counted(int partition, long from, long to, long hour) {
    return frames.facts(partition).subList((int) from, (int) to).stream()
        .filter(fact -> fact.counts() && Math.floorDiv(fact.seconds(), HOUR) * HOUR == hour)
        .toList();
  }

  /** A source is idle if no frame was there to read for ten seconds. */
  private void requireIdle(int partition, long to) {
    long since = frames.lastFrameNanos(partition, to);
    long until = frames.nextFrameNanos(partition, to).orElse(framesCluster.nowNanos);
    require(
        until - since >= IDLE_NANOS,
        "%d is idle at %d, after a silence of %d ns",
        partition,
        to,
        until - since);
  }

  /** All parts of one range hold its frames, each hour once. */
  private void requireWhole(Part last, List<ProducerRecord<byte[], byte[]>> sent) {
    Map<Long, Count> expected = new TreeMap<>();
    frames.facts(last.partition()).subList((int) last.from(), (int) last.to()).stream()
        .filter(UserFrames.Fact::counts)
        .forEach(
            fact ->
                expected
                    .computeIfAbsent(
                        Math.floorDiv(fact.seconds(), MINUTE) * MINUTE, none -> new Count())
                    .add(fact));
    for (ProducerRecord<byte[], byte[]> record : sent) {
      if (record.topic().equals(PARTS)) {
        Part part = part(record.value());
        if (part.partition() == last.partition()
            && part.from() == last.from()
            && part.to() == last.to()) {
          part.minutes()
              .forEach(
                  (minute, count) -> {
                    Count due = expected.remove(minute);
                    require(
                        due != null && due.frames == count[0] && due.users.size() == count[1],
                        "minute %d of a part of %d",
                        minute,
                        part.partition());
                  });
        }
      }
    }
    require(expected.isEmpty(), "minutes %s are in no part", expected.keySet());
  }

  // --- stage 2

  /** A transaction of the stage minutes. */
  void minutesCommitting(
      Map<Integer, OffsetAndMetadata> offsets, List<ProducerRecord<byte[], byte[]>> sent) {
    Set<Long> late = new TreeSet<>();
    for (ProducerRecord<byte[], byte[]> record : sent) {
      if (record.topic().equals(DEAD_LETTERS)) {
        require(header(record, "reason").equals("late"), "a part is not readable");
        require(header(record, "group").equals("g-minutes"), "the group of a late part");
        require(header(record, "topic").equals(PARTS), "the topic of a late part");
        require(late.add(Long.parseLong(header(record, "offset"))), "a part is late twice");
      }
    }
    long to = offsetIn(offsets);
    mergeTo(to, late);
    require(late.isEmpty(), "late parts of another transaction: %s", late);
    raiseBound();
    for (ProducerRecord<byte[], byte[]> record : sent) {
      if (record.topic().equals(RESULTS)) {
        Window window = windowOf(record);
        require(KINDS.indexOf(window.kind()) < SHORT_KINDS, "%s of stage 2", window);
        tell(window, record, counts.get(window), closedBound);
      } else if (record.topic().equals(HOURS)) {
        append(hoursCluster, record.value());
        hours.put(hoursCluster.logs.get(0).end() - 1, hour(record.value()));
      }
    }
    end(hoursCluster);
  }

  private void mergeTo(long to, Set<Long> late) {
    require(to >= mergedTo, "parts go back from %d to %d", mergedTo, to);
    for (Map.Entry<Long, Part> entry : parts.subMap(mergedTo, to).entrySet()) {
      Part part = entry.getValue();
      Source source = sources.get(part.partition());
      source.heard = true;
      source.idle = part.idle();
      source.clock = Math.max(source.clock, part.clock());
      if (late.remove(entry.getKey())) {
        lateParts++;
        require(
            closedBound != NONE && part.hour() + HOUR + keptSeconds <= closedBound,
            "a part of the hour %d is late, but only %d can be closed",
            part.hour(),
            closedBound);
      } else {
        for (UserFrames.Fact frame : part.frames()) {
          for (String kind : KINDS) {
            counts.computeIfAbsent(window(kind, frame.seconds()), none -> new Count()).add(frame);
          }
        }
      }
      spokenBound = Math.max(closedBound, highestClock());
    }
    mergedTo = Math.max(mergedTo, to);
  }

  private long highestClock() {
    return sources.stream().mapToLong(source -> source.clock).max().orElse(NONE);
  }

  /** How far windows can be closed by what has been read, and by the time since then. */
  private void raiseBound() {
    List<Source> speaking = sources.stream().filter(source -> !source.idle).toList();
    if (!speaking.isEmpty()) {
      long lowest = speaking.stream().mapToLong(source -> source.clock).min().orElse(NONE);
      boolean allHeard = sources.stream().allMatch(source -> source.heard);
      if (lowest != NONE && allHeard) {
        closedBound = Math.max(closedBound, lowest - graceSeconds);
      }
    } else if (spokenBound != NONE) {
      Map.Entry<Long, Part> read = parts.lowerEntry(mergedTo);
      Map.Entry<Long, Part> unread = parts.ceilingEntry(mergedTo);
      long since = read == null ? 0 : read.getValue().appendedNanos();
      long until = unread == null ? partsCluster.nowNanos : unread.getValue().appendedNanos();
      long silent = TimeUnit.NANOSECONDS.toSeconds(until - since);
      closedBound = Math.max(closedBound, spokenBound + silent - graceSeconds);
    }
  }

  private HourSent hour(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    require(in.get() == 1, "the version of an hour");
    long start = in.getLong();
    long closedTo = in.getLong();
    long count = in.getLong();
    require(closedTo == NONE || closedTo <= closedBound, "hours are closed to %d", closedTo);
    Count counted = counts.get(window("hour", start));
    if (count > 0) {
      require(
          counted != null && counted.frames == count, "the hour %d has %d frames", start, count);
    }
    return new HourSent(
        start,
        closedTo,
        count,
        count > 0 && counted != null ? Set.copyOf(counted.users) : Set.of());
  }

  // --- stage 3

  /** A transaction of the stage calendar. */
  void calendarCommitting(
      Map<Integer, OffsetAndMetadata> offsets, List<ProducerRecord<byte[], byte[]>> sent) {
    long to = offsetIn(offsets);
    require(to >= hoursReadTo, "hours go back");
    for (HourSent hour : hours.subMap(hoursReadTo, to).values()) {
      HourSent before = hoursRead.get(hour.start());
      if (hour.frames() > (before == null ? 0 : before.frames())) {
        hoursRead.put(hour.start(), hour);
      }
      calendarClosedTo = Math.max(calendarClosedTo, hour.closedTo());
    }
    hoursReadTo = Math.max(hoursReadTo, to);
    for (ProducerRecord<byte[], byte[]> record : sent) {
      require(record.topic().equals(RESULTS), "a record on %s", record.topic());
      Window window = windowOf(record);
      require(KINDS.indexOf(window.kind()) >= SHORT_KINDS, "%s of stage 3", window);
      Count count = new Count();
      for (HourSent hour : hoursRead.values()) {
        if (hour.start() >= window.start() && hour.start() < window.end()) {
          count.frames += hour.frames();
          count.users.addAll(hour.users());
        }
      }
      tell(window, record, count, calendarClosedTo);
    }
  }

  // --- results

  private static Window windowOf(ProducerRecord<byte[], byte[]> record) {
    String key = new String(record.key(), UTF_8);
    int slash = key.indexOf('/');
    Window window =
        window(key.substring(0, slash), Instant.parse(key.substring(slash + 1)).getEpochSecond());
    require(window.key().equals(key), "the key %s", key);
    return window;
  }

  private void tell(
      Window window, ProducerRecord<byte[], byte[]> record, @Nullable Count count, long closed) {
    String value = new String(record.value(), UTF_8);
    if (count == null || count.frames == 0) {
      throw Violation.of("a result without frames: %s", value);
    }
    boolean asFinal = value.equals(window.value(count, true));
    require(
        asFinal || value.equals(window.value(count, false)),
        "%s instead of %s",
        value,
        window.value(count, asFinal));
    require(!asFinal || window.end() <= closed, "%s, but only %d can be closed", value, closed);
    Result before = results.put(window, new Result(count.frames, asFinal, value));
    if (before != null) {
      require(before.frames() <= count.frames, "%s after %s", value, before.value());
      require(asFinal || !before.asFinal(), "%s after %s", value, before.value());
    }
    told++;
  }

  /**
   * What is missing when all is over: every window has its final result. Null if nothing is. What
   * the results say was compared when they were told.
   */
  @Nullable String missing() {
    for (Map.Entry<Window, Count> entry : counts.entrySet()) {
      Window window = entry.getKey();
      Result last = results.get(window);
      if (last == null || !last.asFinal() || last.frames() != entry.getValue().frames) {
        return window.value(entry.getValue(), true)
            + ", told: "
            + (last == null ? "nothing" : last.value());
      }
    }
    return null;
  }

  // --- what the stages have in common

  private static long offsetIn(Map<Integer, OffsetAndMetadata> offsets) {
    OffsetAndMetadata offset = offsets.get(0);
    if (offset == null) {
      throw Violation.of("a transaction without an offset");
    }
    return offset.offset();
  }

  private static void append(Cluster cluster, byte[] value) {
    cluster.logs.get(0).append(new Row(null, value, 0, null), false);
  }

  /** What a transaction has sent is seen at once, or some time later. */
  private static void end(Cluster cluster) {
    if (cluster.random.nextInt(4) > 0) {
      cluster.logs.get(0).appendMarker();
    }
  }

  private static String header(ProducerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader("tally.error." + name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  @FormatMethod
  private static void require(boolean holds, String what, @Nullable Object... values) {
    if (!holds) {
      throw Violation.of("%s", String.format(what, values));
    }
  }
}
