package dev.tally.jobs.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.Source;
import dev.tally.job.StageLife;
import dev.tally.jobs.sources.Range;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The three stages over histories that a seed decides: sources that are skewed, silent or wrong,
 * crashes with and without the disk, ticks whenever nothing comes. In the end the results are those
 * of {@link Recount}.
 */
final class UniqueUsersPropertyTest {
  private static final int HISTORIES = Integer.getInteger("tally.users.histories", 400);
  private static final long FIRST = Long.getLong("tally.users.from", 1);
  private static final long EPOCH = 1_468_244_340; // 2016-07-11T13:39:00Z

  /** A frame as it was appended, and what became of it. */
  private record Sent(int partition, long offset, String uid, long ts, Recount.Verdict verdict) {}

  private static final class History {
    private final Random random;
    private final int partitions;
    private final UniqueUsers settings;
    private final Recount recount;
    private final boolean sparse; // frames are hours apart
    private final List<StageLife> sources = new ArrayList<>();
    private final StageLife minutes;
    private final StageLife calendar;
    private final List<Sent> sent = new ArrayList<>();
    private final Map<String, JsonObject> results = new HashMap<>();
    private final List<long[]> forgotten = new ArrayList<>(); // partition, from, to, hour
    private final long[] silentSince; // by stage: partitions, then minutes, then calendar
    private final long[] eventSeconds;
    private final boolean history;
    private long nowMillis;
    private int deadLetters;
    private long newestSeconds;

    History(long seed) {
      random = new Random(seed * 0x9E3779B97F4A7C15L);
      partitions = 1 + random.nextInt(3);
      int lateMaxSeconds = random.nextBoolean() ? 3600 : 1800;
      recount = new Recount(3600, lateMaxSeconds);
      sparse = random.nextInt(4) == 0;
      settings =
          new UniqueUsers(
              Duration.ofSeconds(5),
              Duration.ofSeconds(lateMaxSeconds),
              Optional.of(Duration.ofHours(1)),
              random.nextInt(3) == 0,
              false);
      history = random.nextBoolean();
      nowMillis = (history ? EPOCH + 300_000_000 : EPOCH) * 1000;
      silentSince = new long[partitions + 2];
      Arrays.fill(silentSince, nowMillis);
      eventSeconds = new long[partitions];
      calendar = new StageLife(settings.calendar(), new Source(3, 3, 0, 1), sink(0, 2));
      minutes = new StageLife(settings.minutes(), new Source(2, 2, 0, 1), sink(0, 1));
      for (int i = 0; i < partitions; i++) {
        eventSeconds[i] = EPOCH + (history ? random.nextInt(4) * random.nextInt(200_000) : 0);
        sources.add(new StageLife(settings.parts(), new Source(1, 1, i, partitions), sink(i, 0)));
      }
    }

    private StageLife.Sink sink(int partition, int stage) {
      return new StageLife.Sink() {
        @Override
        public void answer(int topic, byte @Nullable [] key, byte[] value) {
          if (stage == 0) {
            minutes.append(value, nowMillis, random.nextInt(2));
            silentSince[partitions] = nowMillis;
          } else if (topic == UniqueUsers.RESULTS) {
            result(new String(requireNonNull(key), UTF_8), new String(value, UTF_8));
          } else {
            calendar.append(value, nowMillis, random.nextInt(2));
          }
        }

        @Override
        public void deadLetter(StageLife.Rec record, DeadLetterReason reason) {
          if (stage == 1) {
            assertEquals(DeadLetterReason.LATE, reason);
            Part part = Part.read(record.value());
            Range range = part.range();
            forgotten.add(
                new long[] {range.source().partition(), range.from(), range.to(), part.hour()});
          } else {
            assertEquals(0, stage);
            Sent frame = sent(partition, record.offset());
            assertEquals(reason.name(), frame.verdict().name());
            deadLetters++;
          }
        }
      };
    }

    private Sent sent(int partition, long offset) {
      return sent.stream()
          .filter(it -> it.partition() == partition && it.offset() == offset)
          .findFirst()
          .orElseThrow();
    }

    private void result(String key, String value) {
      JsonObject now = JsonParser.parseString(value).getAsJsonObject();
      assertEquals(key, now.get("window").getAsString() + "/" + now.get("start").getAsString());
      JsonObject before = results.put(key, now);
      if (before != null) {
        assertTrue(now.get("frames").getAsLong() >= before.get("frames").getAsLong(), key);
        assertTrue(now.get("users").getAsLong() >= before.get("users").getAsLong(), key);
        assertTrue(now.get("final").getAsBoolean() || !before.get("final").getAsBoolean(), key);
      }
    }

    private void produce() {
      int partition = random.nextInt(partitions);
      int count = 1 + random.nextInt(40);
      for (int i = 0; i < count; i++) {
        eventSeconds[partition] +=
            (sparse || random.nextInt(200) == 0) ? random.nextInt(9000) : random.nextInt(4);
        long ts = history ? eventSeconds[partition] : nowMillis / 1000;
        newestSeconds = Math.max(newestSeconds, ts);
        switch (random.nextInt(100)) {
          case 0 -> ts -= random.nextInt(20_000);
          case 1 -> ts ^= 1L << random.nextInt(32);
          case 2, 3, 4 -> ts -= random.nextInt(90);
          default -> {}
        }
        ts = Math.max(0, ts);
        String uid = "u" + random.nextInt(1 + random.nextInt(60));
        String json =
            "{\"a\":{\"uid\":\"decoy\",\"ts\":1},\"uid\":\"" + uid + "\",\"ts\":" + ts + "}";
        StageLife source = sources.get(partition);
        source.append(json.getBytes(UTF_8), nowMillis, random.nextInt(20) == 0 ? 1 : 0);
        long offset = source.log().get(source.log().size() - 1).offset();
        sent.add(new Sent(partition, offset, uid, ts, recount.verdict(partition, ts, nowMillis)));
        nowMillis += history ? 1 : random.nextInt(2000);
      }
      silentSince[partition] = nowMillis;
    }

    private StageLife stage(int number) {
      return number < partitions ? sources.get(number) : number == partitions ? minutes : calendar;
    }

    private void work(int number) {
      StageLife stage = stage(number);
      if (stage.atEnd()) {
        long silent = nowMillis - silentSince[number];
        if (silent >= 1000) {
          stage.tick(silent);
        }
        return;
      }
      stage.compute(1 + random.nextInt(random.nextBoolean() ? 60 : 3));
      if (random.nextInt(12) == 0) {
        crash(number);
        return;
      }
      stage.commit();
      if (random.nextInt(3) == 0) {
        stage.save();
      }
    }

    private void crash(int number) {
      stage(number).crash(random.nextInt(3) == 0);
      silentSince[number] = nowMillis;
    }

    void run() {
      for (int i = 200 + random.nextInt(400); i > 0; i--) {
        switch (random.nextInt(10)) {
          case 0, 1 -> produce();
          case 2 -> nowMillis += random.nextInt(random.nextInt(20) == 0 ? 7_000_000 : 3000);
          case 3 -> {
            if (random.nextInt(5) == 0) {
              crash(random.nextInt(partitions + 2));
            }
          }
          default -> work(random.nextInt(partitions + 2));
        }
      }
      quiet();
      requireResults();
    }

    private void quiet() {
      for (int round = 0; round < 400; round++) {
        nowMillis += 60_000L * (round > 100 ? 20 : 1);
        for (int number = 0; number < partitions + 2; number++) {
          while (!stage(number).atEnd()) {
            stage(number).compute(1000);
            stage(number).commit();
          }
          stage(number).tick(nowMillis - silentSince[number]);
        }
      }
    }

    private boolean wasForgotten(Sent frame) {
      long hour = WindowKind.HOUR.start(frame.ts());
      return forgotten.stream()
          .anyMatch(
              range ->
                  range[0] == frame.partition()
                      && range[1] <= frame.offset()
                      && frame.offset() < range[2]
                      && range[3] == hour);
    }

    private void requireResults() {
      Map<String, Recount.Counted> expected = new TreeMap<>();
      int refused = 0;
      for (Sent frame : sent) {
        if (frame.verdict() != Recount.Verdict.COUNTS) {
          refused++;
        } else if (!wasForgotten(frame)) {
          for (WindowKind kind : WindowKind.values()) {
            String key = kind.text() + "/" + Instant.ofEpochSecond(kind.start(frame.ts()));
            Recount.Counted window = expected.computeIfAbsent(key, none -> new Recount.Counted());
            window.frames++;
            window.users.add(frame.uid());
          }
        }
      }
      assertEquals(refused, deadLetters);
      long closed = lowestNow();
      expected.forEach(
          (key, window) -> {
            JsonObject found = results.get(key);
            WindowKind kind = kindOf(key);
            long end =
                kind.end(Instant.parse(key.substring(key.indexOf('/') + 1)).getEpochSecond());
            if (end + 3600 > closed) {
              return; // open
            }
            assertTrue(found != null, "no result of " + key);
            assertEquals(window.frames, found.get("frames").getAsLong(), key);
            assertEquals(window.users.size(), found.get("users").getAsInt(), key);
            assertTrue(found.get("final").getAsBoolean(), key);
          });
      results.keySet().forEach(key -> assertTrue(expected.containsKey(key), key));
    }

    /** How late it is for sure, after hours of quiet. */
    private long lowestNow() {
      return newestSeconds + 2 * 86_400;
    }

    private static WindowKind kindOf(String key) {
      return Arrays.stream(WindowKind.values())
          .filter(kind -> key.startsWith(kind.text() + "/"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void inTheEndEveryWindowHoldsWhatThePlainRecountHolds() {
    for (long seed = FIRST; seed < FIRST + HISTORIES; seed++) {
      try {
        new History(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("history " + seed + ": -Dtally.users.from=" + seed, e);
      }
    }
  }
}
