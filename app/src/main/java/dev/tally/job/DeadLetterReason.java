package dev.tally.job;

import java.util.Locale;

/** Why a record is a dead letter; its {@link #text} is what consumers of dead letters see. */
public enum DeadLetterReason {
  /** Not what the job accepts: not JSON, a required field missing, a number out of range. */
  UNREADABLE,
  /** Older than the partition's clock minus the grace: its answer could not be exact. */
  LATE,
  /** Its event time is further ahead of its own record timestamp than is believable. */
  FUTURE,
  /** The record key is not the key that totals are kept by, so a total could be split. */
  MISKEYED,
  /** It says of something what an earlier record says otherwise. */
  CONFLICT,
  /** The dead letter itself was too large to send; its value is truncated. */
  OVERSIZED;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
