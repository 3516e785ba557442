package dev.tally.cli;

import dev.tally.engine.SavedPosition;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.jobs.rollingsum.RollingSum;
import dev.tally.jobs.rollingsum.RollingSum.SavedWindow;
import dev.tally.jobs.rollingsum.SavedWindows;
import java.io.PrintWriter;
import java.util.Locale;

/** What rolling-sum has saved: its windows. */
final class SavedRollingSum implements SavedJob {
  @Override
  public boolean recognises(String fingerprint) {
    try {
      var unused = RollingSum.ofFingerprint(fingerprint);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public Job of(String fingerprint) {
    return RollingSum.ofFingerprint(fingerprint);
  }

  @Override
  public void print(SavedPosition position, KeyedState state, int windowsMax, PrintWriter out) {
    RollingSum job = RollingSum.ofFingerprint(position.fingerprint());
    SavedWindows windows =
        job.windows(state, position.clockNanos(), windowsMax, Runtime.getRuntime().maxMemory() / 4);
    out.printf(
        Locale.ROOT,
        "  windows      %,d StockCodes with %,d rows in their sums%n",
        windows.stockCodes(),
        windows.rows());
    for (SavedWindow window : windows.largest()) {
      out.printf(
          Locale.ROOT,
          "    %-14s %,8d rows  sum %s  at %s%n",
          window.stockCode(),
          window.rows(),
          window.sum().toPlainString(),
          window.newestSeconds().toPlainString());
    }
  }
}
