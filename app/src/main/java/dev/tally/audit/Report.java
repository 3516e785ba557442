package dev.tally.audit;

import java.util.List;
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
    Disagreements found,
    List<String> notes,
    boolean nothingAnswered) {
  public Report {
    deadLetters = Map.copyOf(deadLetters);
    notes = List.copyOf(notes);
  }

  public long count(Kind kind) {
    return found.count(kind);
  }

  public long disagreements() {
    return found.total();
  }

  /** Whether the topics hold exactly what they must, as far as that can be checked. */
  public boolean agrees() {
    return disagreements() == 0 && !nothingAnswered;
  }

  /** Several lines, the verdict last. */
  @Override
  public String toString() {
    StringJoiner lines = new StringJoiner("\n");
    found.examples().forEach(lines::add);
    notes.forEach(note -> lines.add("note       " + note));
    lines.add("rows       %,d".formatted(rows));
    lines.add("answers    %,d right".formatted(answers));
    lines.add(deadLetters(deadLetters));
    lines.add("pending    %,d rows not yet answered".formatted(pending));
    if (beforeStart > 0) {
      lines.add("before     %,d rows before --start.from".formatted(beforeStart));
    }
    if (unchecked > 0) {
      lines.add("unchecked  %,d that depend on deleted records".formatted(unchecked));
    }
    found.totals().forEach(lines::add);
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

  /** How many dead letters are right, in one line of a report. */
  public static String deadLetters(Map<Reason, Long> right) {
    long count = right.values().stream().mapToLong(Long::longValue).sum();
    StringJoiner reasons = new StringJoiner(", ", ": ", "").setEmptyValue("");
    for (Reason reason : Reason.values()) {
      if (right.containsKey(reason)) {
        reasons.add("%s %,d".formatted(reason, right.get(reason)));
      }
    }
    return "dead       %,d right%s".formatted(count, reasons);
  }
}
