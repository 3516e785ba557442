package dev.tally.audit.uniqueusers;

import dev.tally.audit.Disagreements;
import dev.tally.audit.Reason;
import dev.tally.audit.Report;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What an audit of unique-users found.
 *
 * @param frames that were read
 * @param counted frames that count in windows
 * @param deadLetters dead letters that are right, by the reason they give
 * @param lateParts parts that came too late
 * @param lateFrames frames in them, which count in no window
 * @param pending frames that came while the topics were read
 * @param beforeStart frames before the first one that the job read
 * @param unchecked what cannot be judged, because frames or results are deleted
 * @param windows by kind, the shortest first
 * @param notes what else a reader must know, in sentences
 * @param unverifiable why the windows could not be compared; empty if they were
 */
public record WindowsReport(
    long frames,
    long counted,
    Map<Reason, Long> deadLetters,
    long lateParts,
    long lateFrames,
    long pending,
    long beforeStart,
    long unchecked,
    Map<WindowKind, KindReport> windows,
    Disagreements disagreements,
    List<String> notes,
    List<String> unverifiable) {

  public WindowsReport {
    deadLetters = Map.copyOf(deadLetters);
    notes = List.copyOf(notes);
    unverifiable = List.copyOf(unverifiable);
  }

  /** Whether the topics hold exactly what they must, as far as that can be checked. */
  public boolean agrees() {
    return disagreements.total() == 0 && unverifiable.isEmpty();
  }

  /** Several lines, the verdict last. */
  @Override
  public String toString() {
    StringJoiner lines = new StringJoiner("\n");
    disagreements.examples().forEach(lines::add);
    notes.forEach(note -> lines.add("note       " + note));
    lines.add("frames     %,d, of which %,d count".formatted(frames, counted));
    lines.add(Report.deadLetters(deadLetters));
    if (lateParts > 0) {
      lines.add(
          "late       %,d parts with %,d frames that count in no window"
              .formatted(lateParts, lateFrames));
    }
    if (pending > 0) {
      lines.add("pending    %,d frames that came meanwhile".formatted(pending));
    }
    if (beforeStart > 0) {
      lines.add("before     %,d frames before the job's first".formatted(beforeStart));
    }
    windows.forEach((kind, report) -> lines.add("%-9s  %s".formatted(kind, report)));
    if (unchecked > 0) {
      lines.add("unchecked  %,d that depend on deleted records".formatted(unchecked));
    }
    disagreements.totals().forEach(lines::add);
    return lines.add(verdict()).toString();
  }

  private String verdict() {
    if (disagreements.total() > 0) {
      return "DISAGREE: %,d disagreements".formatted(disagreements.total());
    }
    if (!unverifiable.isEmpty()) {
      return "NOT VERIFIED: " + String.join("; ", unverifiable);
    }
    return "AGREE: %sthe results and dead letters are exactly those that the frames call for"
        .formatted(unchecked > 0 ? "as far as can be checked, " : "");
  }
}
