package dev.tally.jobs.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tally.job.DeadLetterReason;
import dev.tally.job.Source;
import dev.tally.job.StageLife;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The end of the input tells every window, open ones as well, whether or not the minutes had to
 * begin anew before it. It once left out those that were open when they began.
 */
final class EndOfInputTest {
  private static final long EPOCH = 1_468_244_340; // 2016-07-11T13:39:00Z
  private static final long AHEAD = EPOCH + 2_040; // 14:13
  private static final Map<String, Boolean> FINAL_BY_KEY =
      Map.of(
          "minute/2016-07-11T13:39:00Z", true,
          "hour/2016-07-11T13:00:00Z", false,
          "minute/2016-07-11T14:13:00Z", false,
          "hour/2016-07-11T14:00:00Z", false);

  private final Map<String, Boolean> results = new TreeMap<>();
  private final StageLife minutes;

  EndOfInputTest() {
    UniqueUsers settings =
        new UniqueUsers(
            Duration.ZERO,
            Duration.ofHours(1),
            Optional.of(Duration.ofHours(1)),
            /* early= */ false,
            /* holesAccepted= */ false);
    minutes =
        new StageLife(
            settings.minutes(),
            new Source(2, 2, 0, 1),
            sink(
                (key, value) -> {
                  if (key != null) {
                    results.put(
                        new String(key, UTF_8), new String(value, UTF_8).contains("final\":true"));
                  }
                }));
    StageLife parts =
        new StageLife(
            settings.parts(),
            new Source(1, 1, 0, 1),
            sink((key, value) -> minutes.append(value, 0, 0)));
    for (long ts = EPOCH; ts < EPOCH + 20; ts++) {
      parts.append(frame(ts), 2 * EPOCH * 1000, 0);
    }
    parts.append(frame(AHEAD), 2 * EPOCH * 1000, 0);
    parts.compute(Integer.MAX_VALUE);
    parts.commit();
    minutes.compute(Integer.MAX_VALUE);
    minutes.commit();
    assertEquals(Map.of(), results);
  }

  private interface Answers {
    void take(byte @Nullable [] key, byte[] value);
  }

  private static StageLife.Sink sink(Answers answers) {
    return new StageLife.Sink() {
      @Override
      public void answer(int topic, byte @Nullable [] key, byte[] value) {
        answers.take(key, value);
      }

      @Override
      public void deadLetter(StageLife.Rec record, DeadLetterReason reason) {
        throw new AssertionError(reason + " at " + record.offset());
      }
    };
  }

  private static byte[] frame(long ts) {
    return ("{\"uid\":\"a\",\"ts\":" + ts + "}").getBytes(UTF_8);
  }

  @Test
  void tellsAllWindows() {
    minutes.end();
    assertEquals(FINAL_BY_KEY, results);
  }

  @Test
  void tellsThemAfterARestartOnSavedState() {
    minutes.save();
    minutes.crash(false);
    minutes.end();
    assertEquals(FINAL_BY_KEY, results);
  }

  @Test
  void tellsThemAfterARestartWithoutState() {
    minutes.crash(true);
    minutes.end();
    assertEquals(FINAL_BY_KEY, results);
  }
}
