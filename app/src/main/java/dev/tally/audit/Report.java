package dev.tally.audit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What an audit found; {@link Findings} builds it.
 *
 * @param rows rows read from the input topic
 * @param answers answers that are right
 * @param deadLetters dead letters that are right, by the reason they give
 * @param pending rows at or after the committed offset that have neither an answer nor a dead
 *     letter yet
 * @param beforeStart rows before `--start.from`, which have no answer
 * @param unchecked answers, dead letters and rows without either that cannot be judged, because
 *     what they depend on is deleted
 * @param counts disagreements by kind
 * @param examples the first disagreements of each kind, in words
 * @param notes what else a reader must know, in sentences
 * @param nothingAnswered there are rows, but the group has not committed any offset
 */
public record Report(
    long rows,
    long answers,
    Map<Reason, Long> deadLetters,
    long pending,
    long beforeStart,
    long unchecked,
    Map<Kind, Long> counts,
    Map<Kind, List<String>> examples,
    List<String> notes,
    boolean nothingAnswered) {
  /** How the topics can disagree with what the rows call for. */
  public enum Kind {
    /** An answer or a dead letter is not there. */
    MISSING,
    /** It is there more than once. */
    DUPLICATE,
    /** It is there, but with other content, or in another place or order. */
    WRONG,
    /** It belongs to no row, or to a row that must not have it. */
    EXTRA
  }

  public Report {
    deadLetters = Map.copyOf(deadLetters);
    counts = Map.copyOf(counts);
    examples = Map.copyOf(examples);
    notes = List.copyOf(notes);
  }

  public long count(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  public long disagreements() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether the topics hold exactly what they must, as far as that can be checked. */
  public boolean agrees() {
    return disagreements() == 0 && !nothingAnswered;
  }

  /** Several lines, the verdict last. */
  @Override
  public String toString() {
    StringJoiner lines = new StringJoiner("\n");
    for (Kind kind : Kind.values()) {
      List<String> shown = examples.getOrDefault(kind, List.of());
      shown.forEach(example -> lines.add("%-9s  %s".formatted(label(kind), example)));
      if (count(kind) > shown.size()) {
        lines.add("%-9s  and %,d more".formatted(label(kind), count(kind) - shown.size()));
      }
    }
    notes.forEach(note -> lines.add("note       " + note));
    lines.add("rows       %,d".formatted(rows));
    lines.add("answers    %,d right".formatted(answers));
    lines.add("dead       %,d right%s".formatted(deadLetterCount(), byReason()));
    lines.add("pending    %,d rows not yet answered".formatted(pending));
    if (beforeStart > 0) {
      lines.add("before     %,d rows before --start.from".formatted(beforeStart));
    }
    if (unchecked > 0) {
      lines.add("unchecked  %,d that depend on deleted records".formatted(unchecked));
    }
    for (Kind kind : Kind.values()) {
      lines.add("%-9s  %,d".formatted(label(kind), count(kind)));
    }
    return lines.add(verdict()).toString();
  }

  private String verdict() {
    if (disagreements() > 0) {
      return "DISAGREE: %,d disagreements".formatted(disagreements());
    }
    if (nothingAnswered) {
      return "NOT VERIFIED: the group has committed no offset, so no row needs an answer yet";
    }
    String checked = unchecked > 0 ? "as far as can be checked, " : "";
    return "AGREE: %sthe answers and dead letters are exactly those that the rows call for"
        .formatted(checked);
  }

  private long deadLetterCount() {
    return deadLetters.values().stream().mapToLong(Long::longValue).sum();
  }

  private String byReason() {
    StringJoiner reasons = new StringJoiner(", ", ": ", "").setEmptyValue("");
    for (Reason reason : Reason.values()) {
      if (deadLetters.containsKey(reason)) {
        reasons.add("%s %,d".formatted(reason, deadLetters.get(reason)));
      }
    }
    return reasons.toString();
  }

  private static String label(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
