package dev.tally.job;

import java.util.Locale;

/** Why a record is a dead letter; its {@link #text} is what consumers of dead letters see. */
public enum DeadLetterReason {
  /** Not what the job accepts: no JSON, a needed field missing, a number out of range. */
  UNREADABLE,
  /** Older than the partition's clock less the grace: its answer could not be exact. */
  LATE,
  /** Further ahead of its own record timestamp than is believable. */
  FUTURE,
  /** The record key is not the key the totals are kept by, so a total could be split. */
  MISKEYED,
  /** The dead letter itself was too large to send; its value is truncated. */
  OVERSIZED;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
