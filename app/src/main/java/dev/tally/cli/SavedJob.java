package dev.tally.cli;

import dev.tally.engine.SavedPosition;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import java.io.PrintWriter;

/** A job, for `tally state`: how its saved state is recognised and shown. */
interface SavedJob {
  /** Whether a fingerprint looks like one of this job's; if not, the next job is asked. */
  boolean recognises(String fingerprint);

  /**
   * The job with the settings of a fingerprint.
   *
   * @throws IllegalArgumentException if no job had them
   */
  Job of(String fingerprint);

  /**
   * Prints what is saved besides the position, which has a clock.
   *
   * @param windowsMax how many windows to print one by one
   * @throws dev.tally.job.Damaged if what is saved makes no sense
   */
  void print(SavedPosition position, KeyedState state, int windowsMax, PrintWriter out);
}
