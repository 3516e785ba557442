package dev.tally;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that was probably meant. */
public final class Nearest {
  // One slip in three letters; words that are farther apart are different words.
  private static final int LETTERS_PER_SLIP = 3;

  private Nearest() {}

  /** A sentence to append to a message; empty if no name is near. */
  public static String hint(String typed, Collection<String> names) {
    return of(typed, names).map(name -> " Did you mean " + name + "?").orElse("");
  }

  public static Optional<String> of(String typed, Collection<String> names) {
    return names.stream()
        .filter(name -> slips(typed, name) <= Math.max(1, name.length() / LETTERS_PER_SLIP))
        .min(Comparator.comparingInt((String name) -> slips(typed, name)).thenComparing(n -> n));
  }

  /** The number of letters to add, remove or replace (Levenshtein). */
  private static int slips(String from, String to) {
    int[] last = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
      }
      last = row;
    }
    return last[to.length()];
  }
}
