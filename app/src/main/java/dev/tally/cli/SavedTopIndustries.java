package dev.tally.cli;

import dev.tally.engine.SavedPosition;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.jobs.topindustries.SavedIndustry;
import dev.tally.jobs.topindustries.TopIndustries;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What a stage of top-industries has saved: its industries. */
final class SavedTopIndustries implements SavedJob {
  @Override
  public boolean recognises(String fingerprint) {
    return TopIndustries.stageOf(fingerprint).isPresent();
  }

  @Override
  public Job of(String fingerprint) {
    return TopIndustries.stageOf(fingerprint)
        .orElseThrow(
            () -> new IllegalArgumentException("no fingerprint of top-industries: " + fingerprint));
  }

  @Override
  public void print(SavedPosition position, KeyedState state, int windowsMax, PrintWriter out) {
    List<SavedIndustry> industries = TopIndustries.saved(position.fingerprint(), state);
    out.printf(Locale.ROOT, "  industries   %,d%n", industries.size());
    industries.stream()
        .sorted(Comparator.comparingLong(SavedIndustry::orders).reversed())
        .limit(windowsMax)
        .forEach(
            industry ->
                out.printf(
                    Locale.ROOT,
                    "    %-20s %,d orders of %,d customers%n",
                    industry.industry(),
                    industry.orders(),
                    industry.customers()));
  }
}
