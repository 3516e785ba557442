package dev.tally.generate.frames;

import dev.tally.Stop;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which event time (ts) the frames get before some of them are made late. */
public sealed interface FrameTime {
  /** Unix seconds from here on are no times to a reader of frames. */
  long SECONDS_END = 100_000_000_000L;

  /** The wall clock when the frame is sent. */
  record Now() implements FrameTime {}

  /**
   * An even clock, independent of when frames are sent.
   *
   * @param startSeconds of the first frame, since 1970
   * @param framesPerMillionSeconds of event time, up to 10^12
   */
  record Stepped(long startSeconds, long framesPerMillionSeconds) implements FrameTime {
    private static final Pattern FRAMES_PER_SECOND = Pattern.compile("\\d{1,6}(\\.\\d{1,6})?");
    private static final String FRAMES_PER_SECOND_DEFAULT = "1000";

    /** Keeps whole millions of seconds apart from the rest, so that no product overflows. */
    private long secondsOf(long n) {
      long millions = n / framesPerMillionSeconds;
      long rest = n % framesPerMillionSeconds * 1_000_000 / framesPerMillionSeconds;
      // The comparison comes first, since the product alone can be beyond a long.
      long seconds =
          millions < SECONDS_END / 1_000_000
              ? startSeconds + millions * 1_000_000 + rest
              : SECONDS_END;
      if (seconds >= SECONDS_END) {
        throw Stop.usage(
            "--start: frame %d would be at 10^11 s since 1970 or later, where ts ends; start"
                + " earlier, send fewer frames or raise --frames.per.second.",
            n + 1);
      }
      return seconds;
    }
  }

  /**
   * Reads {@code now} or an ISO instant in whole seconds, and the rate of event time.
   *
   * @param framesPerSecond null for the default of 1000, and necessarily with {@code now}
   * @throws Stop if the texts are not these
   */
  static FrameTime parse(String start, @Nullable String framesPerSecond) {
    if (start.equals("now")) {
      if (framesPerSecond != null) {
        throw Stop.usage(
            "--frames.per.second %s has no meaning with --start now, where ts is the time of"
                + " sending; give --start a time, or set the pace of sending with --rate.",
            framesPerSecond);
      }
      return new Now();
    }
    return new Stepped(
        startSeconds(start),
        rate(framesPerSecond == null ? Stepped.FRAMES_PER_SECOND_DEFAULT : framesPerSecond));
  }

  private static long startSeconds(String text) {
    Instant start;
    try {
      start = Instant.parse(text);
    } catch (DateTimeException e) {
      start = Instant.MIN;
    }
    boolean inRange = start.getEpochSecond() >= 0 && start.getEpochSecond() < SECONDS_END;
    if (!inRange || start.getNano() != 0) {
      throw Stop.usage(
          "--start '%s' is neither now nor a time in whole seconds from 1970 on, such as"
              + " 2016-07-11T13:39:00Z.",
          text);
    }
    return start.getEpochSecond();
  }

  private static long rate(String text) {
    boolean decimal = Stepped.FRAMES_PER_SECOND.matcher(text).matches();
    long perMillion = decimal ? new BigDecimal(text).movePointRight(6).longValueExact() : 0;
    if (perMillion == 0) {
      throw Stop.usage(
          "--frames.per.second '%s': give 0.000001 to 999999 frames per second of event time, as"
              + " in 1000 or 0.02.",
          text);
    }
    return perMillion;
  }

  /**
   * The event time of frame n in whole seconds since 1970.
   *
   * @param n from 0
   * @param wallNanos the time of sending in nanoseconds since 1970
   * @throws Stop if it would be beyond what a ts can say
   */
  default long secondsOf(long n, long wallNanos) {
    return this instanceof Stepped stepped
        ? stepped.secondsOf(n)
        : Math.floorDiv(wallNanos, 1_000_000_000L);
  }
}
