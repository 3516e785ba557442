package dev.tally.generate.frames;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.tally.generate.Records;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FrameRecordsTest {
  private static final long START = 1_468_244_340; // 2016-07-11T13:39:00Z
  private static final long WALL_NANOS = 1_700_000_000_999_999_999L;

  private static final FrameMix PLAIN = new FrameMix(100_000, 0, 30, 0, 0, true, 1);

  private static FrameMix mix(double lateShare, double flipShare, double stringTsShare) {
    return new FrameMix(100_000, lateShare, 30, flipShare, stringTsShare, true, 1);
  }

  private static Records frames(FrameMix mix) {
    return new FrameRecords(mix, FrameTime.parse("2016-07-11T13:39:00Z", "1000"), false);
  }

  /** What a reader that knows nothing of bodies finds in a frame. */
  private record Frame(
      String uid, long ts, boolean stringTs, List<String> names, int hidden, boolean repeated) {
    static Frame of(byte[] value) {
      try (JsonReader json =
          new JsonReader(new InputStreamReader(new ByteArrayInputStream(value), UTF_8))) {
        json.setStrictness(Strictness.STRICT);
        return read(json);
      } catch (IOException e) {
        throw new AssertionError(new String(value, UTF_8), e);
      }
    }

    private static Frame read(JsonReader json) throws IOException {
      Map<String, Integer> names = new HashMap<>();
      String uid = "";
      String ts = "";
      boolean stringTs = false;
      int hidden = 0;
      json.beginObject();
      while (json.hasNext()) {
        String name = json.nextName();
        names.merge(name, 1, Integer::sum);
        if (name.equals("uid")) {
          assertEquals(JsonToken.STRING, json.peek());
          uid = json.nextString();
        } else if (name.equals("ts")) {
          stringTs = json.peek() == JsonToken.STRING;
          ts = json.nextString();
        } else {
          hidden += hidden(json);
        }
      }
      json.endObject();
      assertEquals(JsonToken.END_DOCUMENT, json.peek());
      assertEquals(1, names.get("uid"));
      assertEquals(1, names.get("ts"));
      int members = names.values().stream().mapToInt(Integer::intValue).sum();
      assertTrue(members >= 22 && members <= 32, names.toString());
      assertTrue(ts.matches("0|[1-9][0-9]*"), ts);
      List<String> distinct = List.copyOf(names.keySet());
      return new Frame(
          uid, Long.parseLong(ts), stringTs, distinct, hidden, members > distinct.size());
    }

    /** Counts the decoys of a value: members below the root, and texts that look like them. */
    private static int hidden(JsonReader json) throws IOException {
      int hidden = 0;
      switch (json.peek()) {
        case BEGIN_OBJECT -> {
          json.beginObject();
          while (json.hasNext()) {
            String name = json.nextName();
            hidden += name.equals("uid") || name.equals("ts") ? 1 : 0;
            hidden += hidden(json);
          }
          json.endObject();
        }
        case BEGIN_ARRAY -> {
          json.beginArray();
          while (json.hasNext()) {
            hidden += hidden(json);
          }
          json.endArray();
        }
        case STRING -> hidden += json.nextString().contains("\"uid\":\"") ? 1 : 0;
        case NUMBER -> Double.parseDouble(json.nextString());
        default -> json.skipValue();
      }
      return hidden;
    }
  }

  @Test
  void aFrameIsStrictJsonWithOneUidAndOneTsAmong22To32MembersOfItsRoot() {
    Records frames = frames(mix(0.001, 0, 0.1));
    long bytes = 0;
    Set<Integer> orders = new HashSet<>();
    Set<String> uids = new HashSet<>();
    int repeated = 0;
    int withDecoys = 0;
    int count = 6_000;
    for (int n = 0; n < count; n++) {
      byte[] value = frames.value(n, 0);
      assertTrue(value.length >= 1_200 && value.length <= 3_000, value.length + " bytes");
      bytes += value.length;
      Frame frame = Frame.of(value);
      uids.add(frame.uid());
      orders.add(frame.names().hashCode());
      repeated += frame.repeated() ? 1 : 0;
      withDecoys += frame.hidden() > 0 ? 1 : 0;
    }
    assertTrue(bytes > 1_900L * count && bytes < 2_100L * count, bytes / count + " bytes a frame");
    assertTrue(orders.size() > 1_500, orders.size() + " kinds of root");
    assertTrue(repeated > count / 20 && repeated < count / 4, repeated + " with a repeated name");
    assertTrue(withDecoys > count / 2, withDecoys + " with decoys");
    assertTrue(uids.stream().anyMatch(uid -> uid.startsWith("гость-")));
  }

  @Test
  void aBodyHasEscapesAndCyrillicAndNumbersOfEveryForm() {
    Records frames = frames(PLAIN);
    StringBuilder all = new StringBuilder();
    for (int n = 0; n < 500; n++) {
      all.append(new String(frames.value(n, 0), UTF_8));
    }
    for (String part :
        List.of(
            "\\n",
            "\\\"",
            "\\\\",
            "\\u0000",
            "\\ud83d\\ude80",
            "🚀",
            "\\u0075id\":",
            "t\\u0073\":")) {
      assertTrue(all.indexOf(part) > 0, part);
    }
    for (String part : List.of("товар", "-0.0", "e7", ".5E-", "e+", "null", "true", "{}", "[]")) {
      assertTrue(all.indexOf(part) > 0, part);
    }
  }

  @Test
  void withoutDecoysNothingButTheRootHasAUidOrATsOrNamesWithEscapesForThem() {
    Records frames = frames(new FrameMix(100_000, 0, 30, 0, 0, false, 1));
    for (int n = 0; n < 3_000; n++) {
      byte[] value = frames.value(n, 0);
      assertEquals(0, Frame.of(value).hidden());
      String text = new String(value, UTF_8);
      assertTrue(text.contains("\"uid\":") && text.contains("\"ts\":"), text);
    }
  }

  @Test
  void theSameSeedGivesTheSameFramesInAnyOrderAndAnotherGivesOthers() {
    Records one = frames(mix(0.5, 0.5, 0.5));
    Records same = frames(mix(0.5, 0.5, 0.5));
    Records other = frames(new FrameMix(100_000, 0.5, 30, 0.5, 0.5, true, 2));
    int differ = 0;
    for (int n = 999; n >= 0; n--) {
      byte[] value = one.value(n, 5);
      assertArrayEquals(value, same.value(n, 7));
      differ += Arrays.equals(value, other.value(n, 5)) ? 0 : 1;
    }
    assertEquals(1_000, differ);
  }

  @Test
  void everyUserHasOneUidHoweverItIsWritten() {
    Set<String> uids = new HashSet<>();
    Set<String> spellings = new HashSet<>();
    for (long user = 0; user < 10_000; user++) {
      String uid = new String(Uid.text(user), UTF_8);
      assertTrue(uids.add(uid), uid);
      for (boolean escaped : new boolean[] {false, true}) {
        String json = "\"" + new String(Uid.json(user, escaped), UTF_8) + "\"";
        spellings.add(json);
        assertEquals(uid, textOf(json));
      }
    }
    assertTrue(spellings.size() > 10_300, spellings.size() + " spellings");
  }

  private static String textOf(String json) {
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.STRICT);
      return reader.nextString();
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  @Test
  void aKeyIsTheUidOfItsFrameOrNone() {
    Records keyed = new FrameRecords(PLAIN, FrameTime.parse("now", null), true);
    for (int n = 0; n < 1_000; n++) {
      byte[] key = keyed.key(n);
      assertEquals(
          Frame.of(keyed.value(n, 0)).uid(), new String(key == null ? new byte[0] : key, UTF_8));
    }
    assertNull(frames(PLAIN).key(0));
    assertEquals(Long.MAX_VALUE, keyed.size());
  }

  @Test
  void aMinuteOfAThousandFramesASecondHas16To52ThousandUsers() {
    for (long seed = 1; seed <= 3; seed++) {
      FrameRecords frames =
          new FrameRecords(
              new FrameMix(100_000, 0, 30, 0, 0, true, seed), FrameTime.parse("now", null), true);
      Set<String> users = new HashSet<>();
      for (long n = 1_000_000; n < 1_060_000; n++) {
        byte[] key = frames.key(n);
        users.add(new String(key == null ? new byte[0] : key, UTF_8));
      }
      assertTrue(users.size() > 16_000 && users.size() < 52_000, users.size() + " users");
    }
  }

  @Test
  void thereAreAsManyUsersAsAskedFor() {
    Records few =
        new FrameRecords(
            new FrameMix(3, 0, 30, 0, 0, true, 1), FrameTime.parse("now", null), false);
    Set<String> uids = new HashSet<>();
    for (int n = 0; n < 1_000; n++) {
      uids.add(Frame.of(few.value(n, 0)).uid());
    }
    assertEquals(3, uids.size());
  }

  @Test
  void anEvenClockHasSoManyFramesASecondAndTheWallClockIsRoundedDown() {
    Records history = frames(PLAIN);
    assertEquals(START, Frame.of(history.value(999, 0)).ts());
    assertEquals(START + 1, Frame.of(history.value(1_000, 0)).ts());
    Records now = new FrameRecords(PLAIN, FrameTime.parse("now", null), false);
    assertEquals(1_700_000_000, Frame.of(now.value(1_000, WALL_NANOS)).ts());
  }

  @Test
  void asManyFramesAsAskedForAreLateByOneSecondToTheMost() {
    Records frames = frames(mix(0.25, 0, 0));
    int count = 20_000;
    int[] delays = new int[31];
    for (int n = 0; n < count; n++) {
      delays[(int) (START + n / 1_000 - Frame.of(frames.value(n, 0)).ts())]++;
    }
    assertTrue(Math.abs(delays[0] - 0.75 * count) < 400, delays[0] + " in time");
    for (int delay = 1; delay <= 30; delay++) {
      assertTrue(delays[delay] > 100 && delays[delay] < 250, delays[delay] + " by " + delay + " s");
    }
  }

  @Test
  void aLateFrameIsNeverBefore1970() {
    Records frames =
        new FrameRecords(mix(1, 0, 0), FrameTime.parse("1970-01-01T00:00:00Z", "1000"), false);
    assertEquals(0, Frame.of(frames.value(0, 0)).ts());
  }

  @Test
  void asManyFramesAsAskedForHaveOneOfTheLow32BitsFlipped() {
    Records frames = frames(mix(0, 0.5, 0));
    int count = 10_000;
    int flipped = 0;
    Set<Integer> bits = new HashSet<>();
    for (int n = 0; n < count; n++) {
      long difference = Frame.of(frames.value(n, 0)).ts() ^ (START + n / 1_000);
      if (difference != 0) {
        flipped++;
        assertEquals(1, Long.bitCount(difference));
        bits.add(Long.numberOfTrailingZeros(difference));
      }
    }
    assertTrue(Math.abs(flipped - count / 2) < 300, flipped + " flipped");
    assertEquals(32, bits.size());
    assertTrue(bits.stream().allMatch(bit -> bit < 32), bits.toString());
  }

  @Test
  void asManyTimesAsAskedForAreStringsAndTheRestOfTheFrameStaysTheSame() {
    int strings = 0;
    int count = 10_000;
    Records some = frames(mix(0, 0, 0.1));
    Records none = frames(PLAIN);
    for (int n = 0; n < count; n++) {
      Frame frame = Frame.of(some.value(n, 0));
      Frame plain = Frame.of(none.value(n, 0));
      assertFalse(plain.stringTs());
      assertEquals(plain.uid(), frame.uid());
      assertEquals(plain.ts(), frame.ts());
      strings += frame.stringTs() ? 1 : 0;
    }
    assertTrue(Math.abs(strings - count / 10) < 150, strings + " strings");
  }
}
