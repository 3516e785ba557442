package dev.tally.audit;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a row has a dead letter in the place of an answer. */
public enum Reason {
  UNREADABLE,
  MISKEYED,
  FUTURE,
  LATE,
  /** Stands in for any of the others where the whole record was too large to be sent on. */
  OVERSIZED;

  /** As it is written in the header. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  static @Nullable Reason of(@Nullable String text) {
    for (Reason reason : values()) {
      if (reason.toString().equals(text)) {
        return reason;
      }
    }
    return null;
  }
}
