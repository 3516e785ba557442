package dev.tally.audit.uniqueusers;

import java.util.StringJoiner;

/** What the comparison came to for the windows of one kind. */
final class KindReport {
  /** Those whose result is as recounted. */
  long right;

  /** Those of the right ones that are estimates. */
  long estimated;

  /** Those that are not closed, so that their result may be behind or missing. */
  long open;

  /** Those that got frames while the topics were read, so that only bounds could be compared. */
  long moving;

  /** Those that depend on frames that are not there any more. */
  long unchecked;

  /** How many windows have been looked at. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ");
    text.add(
        "%,d right%s"
            .formatted(right, estimated > 0 ? " (%,d estimates)".formatted(estimated) : ""));
    add(text, open, "open");
    add(text, moving, "changing while they were read");
    add(text, unchecked, "unchecked");
    return text.toString();
  }

  private static void add(StringJoiner text, long count, String what) {
    if (count > 0) {
      text.add("%,d %s".formatted(count, what));
    }
  }
}
