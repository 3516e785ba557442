package dev.tally.cli;

import dev.tally.audit.uniqueusers.Rules;
import dev.tally.jobs.uniqueusers.UniqueUsers;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags that shape the results of unique-users: the job and its audit are given the same. */
final class UniqueUsersOptions {
  static final String GROUP_ID = "tally-unique-users";

  @Option(
      names = "--grace",
      defaultValue = "5s",
      paramLabel = "DURATION",
      description =
          "How long after its end a window stays open for frames that are on their way; a later"
              + " frame gives it a further final result. Default: ${DEFAULT-VALUE}.")
  private Duration grace = Duration.ZERO;

  @Option(
      names = "--late.max",
      defaultValue = "1h",
      paramLabel = "DURATION",
      description =
          "In a history, how far a frame may lag behind the frames around it and still count, in"
              + " whole seconds up to 1d; older ones become dead letters."
              + " Default: ${DEFAULT-VALUE}.")
  private Duration lateMax = Duration.ZERO;

  @Option(
      names = "--future.max",
      defaultValue = "1h",
      paramLabel = "DURATION|off",
      description =
          "How far ahead of its record timestamp a frame's ts may be, in whole seconds up to 1d."
              + " Within it,"
              + " ahead or behind, a frame counts at once; off judges every frame by those around"
              + " it, for topics whose record timestamps are wrong. Default: ${DEFAULT-VALUE}.")
  private DurationOrOff futureMax = new DurationOrOff(Optional.of(Duration.ZERO));

  @Option(
      names = "--early",
      defaultValue = "off",
      paramLabel = "off|1s",
      description =
          "1s gives running results of the minutes that are still open, once a second."
              + " Default: ${DEFAULT-VALUE}.")
  private Early early = new Early(false);

  /** The value of `--early`: whether minutes that are open have results. */
  record Early(boolean on) {
    static Early parse(String text) {
      return switch (text) {
        case "off" -> new Early(false);
        case "1s" -> new Early(true);
        default ->
            throw new TypeConversionException("'" + text + "' is not accepted; write off or 1s");
      };
    }

    @Override
    public String toString() {
      return on ? "1s" : "off";
    }
  }

  /** The names by which Kafka knows this job's work. */
  static TopicOptions topics() {
    return new TopicOptions("frames", "unique-users", GROUP_ID);
  }

  /**
   * The job.
   *
   * @param holesAccepted whether missing ranges of frames are accepted
   * @throws dev.tally.Stop if a flag is out of bounds
   */
  UniqueUsers job(boolean holesAccepted) {
    return new UniqueUsers(grace, lateMax, futureMax.limit(), early.on(), holesAccepted);
  }

  /**
   * The same for the audit, which has no code in common with the job. Running results are no part
   * of it: they must be right whenever they come.
   *
   * @throws dev.tally.Stop if a flag is out of bounds
   */
  Rules rules() {
    return new Rules(grace, lateMax, futureMax.limit());
  }
}
