package dev.tally.audit;

import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects what an audit finds as it proceeds, for the report. Every disagreement is counted, but
 * only the first of each kind are kept in words.
 */
public final class Findings {
  private static final int EXAMPLES_MAX = 20;

  private long rows;
  private long answers;
  private final Map<Reason, Long> deadLetters = new EnumMap<>(Reason.class);
  private long pending;
  private long beforeStart;
  private long unchecked;
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, List<String>> examples = new EnumMap<>(Kind.class);
  private final List<String> notes = new ArrayList<>();

  /** Counts a row that was read from the input topic. */
  public void row() {
    rows++;
  }

  /** Counts an answer that is right. */
  public void rightAnswer() {
    answers++;
  }

  /** Counts a dead letter that is right, by the reason it gives. */
  void rightDeadLetter(Reason reason) {
    deadLetters.merge(reason, 1L, Long::sum);
  }

  /** Counts a row that has neither an answer nor a dead letter, and need not have one yet. */
  public void pending() {
    pending++;
  }

  /** Counts a row before `--start.from`. */
  public void beforeStart() {
    beforeStart++;
  }

  /** Counts something that cannot be judged, because what it depends on is deleted. */
  public void unchecked() {
    unchecked++;
  }

  /**
   * Counts a disagreement.
   *
   * @param sentence a format of {@link String#format}; formatted only if it is kept
   */
  @FormatMethod
  public void disagreement(Kind kind, String sentence, @Nullable Object... values) {
    counts.merge(kind, 1L, Long::sum);
    List<String> kept = examples.computeIfAbsent(kind, k -> new ArrayList<>());
    if (kept.size() < EXAMPLES_MAX) {
      kept.add(String.format(sentence, values));
    }
  }

  /** Adds a sentence that a reader of the report needs. */
  public void note(String sentence) {
    notes.add(sentence);
  }

  /** Whether answers are missing or duplicate: the mark of a cluster that breaks its promise. */
  public boolean missingOrDuplicate() {
    return counts.containsKey(Kind.MISSING) || counts.containsKey(Kind.DUPLICATE);
  }

  /** The disagreements so far. */
  public Disagreements disagreements() {
    return new Disagreements(counts, examples);
  }

  /** The right dead letters so far, by the reason they give. */
  public Map<Reason, Long> deadLetters() {
    return Map.copyOf(deadLetters);
  }

  /** The rows so far that are not yet answered. */
  public long pendingRows() {
    return pending;
  }

  /** The rows so far before the first that must be answered. */
  public long rowsBeforeStart() {
    return beforeStart;
  }

  /** How much could not be judged so far. */
  public long uncheckedCount() {
    return unchecked;
  }

  /** What a reader of the report needs, in sentences. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** What was found so far. */
  public Report report(Scope scope) {
    return new Report(
        rows,
        answers,
        deadLetters,
        pending,
        beforeStart,
        unchecked,
        disagreements(),
        notes,
        rows > 0 && !scope.groupHasCommitted());
  }
}
