package dev.tally.audit.uniqueusers;

import dev.tally.audit.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Whether a readable frame counts.
 *
 * @param rejected why it does not count; null if it does
 * @param why what is wrong with it, in words; empty if it counts
 * @param certain false if it depends on deleted frames: it may as well be late or future
 */
record Verdict(@Nullable Reason rejected, String why, boolean certain) {
  static final Verdict COUNTS = new Verdict(null, "", true);
  static final Verdict SEEMS_TO_COUNT = new Verdict(null, "", false);

  static Verdict rejected(Reason reason, String why) {
    return new Verdict(reason, why, true);
  }
}
