package dev.tally.audit;

import java.util.Locale;

/** How the topics can disagree with what the rows call for. */
public enum Kind {
  /** An answer or a dead letter is not there. */
  MISSING,
  /** It is there more than once. */
  DUPLICATE,
  /** It is there, but with other content, or in another place or order. */
  WRONG,
  /** It belongs to no row, or to a row that must not have it. */
  EXTRA;

  /** As it begins a line of a report. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
