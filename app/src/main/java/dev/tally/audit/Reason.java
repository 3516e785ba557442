package dev.tally.audit;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a row has a dead letter instead of an answer. */
public enum Reason {
  UNREADABLE,
  MISKEYED,
  FUTURE,
  LATE,
  /** Replaces any other reason where the whole record was too large for a dead letter. */
  OVERSIZED;

  /** As in the header `tally.error.reason`. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The reason of this text; null if there is none. */
  static @Nullable Reason of(@Nullable String text) {
    for (Reason reason : values()) {
      if (reason.toString().equals(text)) {
        return reason;
      }
    }
    return null;
  }
}
