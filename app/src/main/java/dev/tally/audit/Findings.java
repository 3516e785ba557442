package dev.tally.audit;

import com.google.errorprone.annotations.FormatMethod;
import dev.tally.audit.Report.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts disagreements and keeps the first of each kind in words. */
public final class Findings {
  private static final int EXAMPLES_MAX = 20;

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, List<String>> examples = new EnumMap<>(Kind.class);

  /** Arguments are those of {@link String#format}; only what is kept is formatted. */
  @FormatMethod
  public void add(Kind kind, String sentence, @Nullable Object... values) {
    counts.merge(kind, 1L, Long::sum);
    List<String> kept = examples.computeIfAbsent(kind, k -> new ArrayList<>());
    if (kept.size() < EXAMPLES_MAX) {
      kept.add(String.format(sentence, values));
    }
  }

  public Map<Kind, Long> counts() {
    return counts;
  }

  public Map<Kind, List<String>> examples() {
    return examples;
  }
}
