package dev.tally.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The disagreements that an audit found; {@link Findings} collects them.
 *
 * @param counts by kind
 * @param kept the first ones of each kind, in words
 */
public record Disagreements(Map<Kind, Long> counts, Map<Kind, List<String>> kept) {
  public Disagreements {
    counts = Map.copyOf(counts);
    kept = Map.copyOf(kept);
  }

  public long count(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Lines of a report: what was kept, and how many more there are. */
  public List<String> examples() {
    List<String> lines = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      List<String> shown = kept.getOrDefault(kind, List.of());
      shown.forEach(example -> lines.add("%-9s  %s".formatted(kind.label(), example)));
      if (count(kind) > shown.size()) {
        lines.add("%-9s  and %,d more".formatted(kind.label(), count(kind) - shown.size()));
      }
    }
    return lines;
  }

  /** Lines of a report: how many there are of each kind. */
  public List<String> totals() {
    return Arrays.stream(Kind.values())
        .map(kind -> "%-9s  %,d".formatted(kind.label(), count(kind)))
        .toList();
  }
}
