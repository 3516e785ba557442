package dev.tally.daemon;

import com.google.errorprone.annotations.FormatMethod;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether the brokers answer, and what to report about it: when they stop, when they are back, and
 * once a minute in between. It is handed the time, as {@link System#nanoTime} gives it.
 */
final class Outage {
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private boolean lost;
  private long lostNanos;
  private long toldNanos;

  /** A question got no answer; returns what to report now, if anything. */
  Optional<String> unanswered(long nowNanos, String why) {
    if (!lost) {
      lost = true;
      lostNanos = nowNanos;
      toldNanos = nowNanos;
      return said(
          "no answer from the brokers (%s). Waiting for them; nothing is lost meanwhile", why);
    }
    if (nowNanos - toldNanos < AGAIN.toNanos()) {
      return Optional.empty();
    }
    toldNanos = nowNanos;
    return said("still no answer from the brokers after %s (%s)", spelled(nowNanos), why);
  }

  /** A question was answered; returns what to report now, if anything. */
  Optional<String> answered(long nowNanos) {
    if (!lost) {
      return Optional.empty();
    }
    lost = false;
    return said("the brokers answer again after %s", spelled(nowNanos));
  }

  boolean lost() {
    return lost;
  }

  @FormatMethod
  private static Optional<String> said(String sentence, Object... values) {
    return Optional.of(String.format(sentence, values));
  }

  private String spelled(long nowNanos) {
    long seconds = Duration.ofNanos(nowNanos - lostNanos).toSeconds();
    return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
  }
}
