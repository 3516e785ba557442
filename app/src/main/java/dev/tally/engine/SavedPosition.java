package dev.tally.engine;

import dev.tally.Stop;
import dev.tally.job.Damaged;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Shard;
import java.util.Optional;
import java.util.function.Function;

/**
 * The {@link Position} of one partition's saved state, for people to look at.
 *
 * @param offset saved offset: the state is that of all records before it
 * @param exactFrom lowest committed offset that it may be used for
 * @param replayFrom replay offset: a machine without this state would read from here
 * @param clockNanos highest event time accepted, {@link Shard#NO_CLOCK} if none
 * @param horizonNanos records with an earlier event time shape no later answer
 */
public record SavedPosition(
    long offset,
    long exactFrom,
    long replayFrom,
    long clockNanos,
    long horizonNanos,
    String topicId,
    String fingerprint) {

  /**
   * Reads the position of saved state; empty if nothing is saved.
   *
   * @param jobOf the job that a fingerprint belongs to
   * @throws Stop if another version wrote it
   * @throws Damaged if it will be rebuilt from the input
   */
  public static Optional<SavedPosition> read(KeyedState state, Function<String, Job> jobOf) {
    try {
      // The job, and with it the length of a slice, is known only from what is read first.
      Position first = Position.read(state, 1);
      if (first == null) {
        return Optional.empty();
      }
      Job job = jobOf.apply(first.fingerprint());
      return Optional.ofNullable(Position.read(state, job.sliceNanos()))
          .map(position -> of(position, job.horizonNanos(position.clockNanos())));
    } catch (Position.UnknownLayout e) {
      throw e.newer()
          ? Stop.refused("saved by a newer tally: %s. Use that version.", e.getMessage())
          : new Damaged("this version cannot read it: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw Stop.refused("saved by another job or version: %s.", e.getMessage());
    }
  }

  private static SavedPosition of(Position position, long horizonNanos) {
    return new SavedPosition(
        position.offset(),
        position.exactFrom(),
        position.horizon().replayFrom(horizonNanos, position.offset()),
        position.clockNanos(),
        horizonNanos,
        position.topicId().toString(),
        position.fingerprint());
  }
}
