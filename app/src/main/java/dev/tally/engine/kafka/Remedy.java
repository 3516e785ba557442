package dev.tally.engine.kafka;

import dev.tally.Causes;
import dev.tally.Stop;
import dev.tally.engine.NameTaken;
import dev.tally.engine.Reconnect;
import dev.tally.engine.Rewind;
import dev.tally.kafka.Codecs;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TransactionAbortableException;

/** What a failure of Kafka's clients means to us: KIP-1050 groups the exceptions by what helps. */
final class Remedy {
  /** The remedy where an exception does not say. */
  enum Otherwise {
    REWIND,
    RECONNECT
  }

  private Remedy() {}

  /** The first cause in the chain that says something decides; some exceptions wrap others. */
  static RuntimeException of(String what, Throwable failure, Otherwise otherwise) {
    String message = "could not " + what + ": " + Causes.of(failure);
    Optional<Stop> codec = Codecs.unusable(failure);
    if (codec.isPresent()) {
      return codec.get();
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Stop || cause instanceof InterruptException) {
        return (RuntimeException) cause;
      }
      if (cause instanceof FencedInstanceIdException) {
        return new NameTaken(message, failure);
      }
      if (cause instanceof ProducerFencedException) {
        return new Reconnect(message, failure, true);
      }
      if (cause instanceof ApplicationRecoverableException) {
        return new Reconnect(message, failure);
      }
      if (cause instanceof CommitFailedException) {
        return new Rewind(message, failure, true);
      }
      if (cause instanceof TransactionAbortableException || isOfARecord(cause)) {
        return new Rewind(message, failure);
      }
      if (cause instanceof LogTruncationException truncation) {
        return Stop.refused(
            "the log was truncated and rewritten below what has been answered: %s. Reset the"
                + " group's offsets to say where to go on.",
            Causes.of(truncation));
      }
      if (cause instanceof InvalidOffsetException) {
        return new Rewind(message, failure);
      }
      if (cause instanceof AuthenticationException
          || cause instanceof AuthorizationException
          || cause instanceof InvalidConfigurationException) {
        return Stop.kafka("the brokers refused to %s: %s", what, Causes.of(cause));
      }
    }
    return otherwise == Otherwise.REWIND
        ? new Rewind(message, failure)
        : new Reconnect(message, failure);
  }

  /**
   * Refused for what the record is, and would be again: after a few tries the worker stops and
   * names it.
   */
  private static boolean isOfARecord(Throwable cause) {
    return cause instanceof RecordTooLargeException
        || cause instanceof RecordBatchTooLargeException
        || cause instanceof InvalidTimestampException
        || cause instanceof InvalidRecordException;
  }
}
