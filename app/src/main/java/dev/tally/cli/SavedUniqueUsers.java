package dev.tally.cli;

import dev.tally.engine.SavedPosition;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.jobs.uniqueusers.SavedCounts;
import dev.tally.jobs.uniqueusers.UniqueUsers;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What a stage of unique-users has saved: its windows. */
final class SavedUniqueUsers implements SavedJob {
  @Override
  public boolean recognises(String fingerprint) {
    return UniqueUsers.stageOf(fingerprint).isPresent();
  }

  @Override
  public Job of(String fingerprint) {
    return UniqueUsers.stageOf(fingerprint)
        .orElseThrow(
            () -> new IllegalArgumentException("no fingerprint of unique-users: " + fingerprint));
  }

  @Override
  public void print(SavedPosition position, KeyedState state, int windowsMax, PrintWriter out) {
    List<SavedCounts> windows = UniqueUsers.saved(position.fingerprint(), state);
    out.printf(Locale.ROOT, "  windows      %,d%n", windows.size());
    windows.stream()
        .sorted((a, b) -> Long.compare(b.frames(), a.frames()))
        .limit(windowsMax)
        .forEach(
            window ->
                out.printf(
                    Locale.ROOT,
                    "    %-6s from %s %s%,d users in %,d frames%n",
                    window.kind(),
                    Instant.ofEpochSecond(window.startSeconds()),
                    window.exact() ? "" : "about ",
                    window.users(),
                    window.frames()));
  }
}
