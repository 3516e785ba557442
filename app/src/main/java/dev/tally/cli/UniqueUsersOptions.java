package dev.tally.cli;

import dev.tally.jobs.uniqueusers.UniqueUsers;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flags that shape the results of unique-users: the job and its audit are given the same. */
final class UniqueUsersOptions {
  static final String GROUP_ID = "tally-unique-users";

  @Option(
      names = "--grace",
      defaultValue = "5s",
      paramLabel = "DURATION",
      description =
          "How long a window stays open after its end; frames that come later give a further"
              + " result. Default: ${DEFAULT-VALUE}.")
  private Duration grace = Duration.ZERO;

  @Option(
      names = "--late.max",
      defaultValue = "1h",
      paramLabel = "DURATION",
      description =
          "In a history, how far the time of a frame may lie before the median of the frames around"
              + " it; older ones become dead letters. Default: ${DEFAULT-VALUE}.")
  private Duration lateMax = Duration.ZERO;

  @Option(
      names = "--future.max",
      defaultValue = "1h",
      paramLabel = "DURATION|off",
      description =
          "How far the time of a frame may differ from its record timestamp and be believed; one"
              + " that is further ahead becomes a dead letter. off ignores record timestamps."
              + " Default: ${DEFAULT-VALUE}.")
  private FutureMax futureMax = new FutureMax(Optional.of(Duration.ZERO));

  /** The names by which Kafka knows this job's work. */
  static TopicOptions topics() {
    return new TopicOptions("frames", "unique-users", GROUP_ID);
  }

  Duration grace() {
    return grace;
  }

  Duration lateMax() {
    return lateMax;
  }

  Optional<Duration> futureMax() {
    return futureMax.limit();
  }

  /**
   * The job.
   *
   * @param early whether open minutes have results
   * @param holesAccepted whether missing ranges of frames are accepted
   * @throws dev.tally.Stop if a flag is out of bounds
   */
  UniqueUsers job(boolean early, boolean holesAccepted) {
    return new UniqueUsers(grace, lateMax, futureMax.limit(), early, holesAccepted);
  }
}
