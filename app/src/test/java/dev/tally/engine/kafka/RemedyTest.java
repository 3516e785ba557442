package dev.tally.engine.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.engine.NameTaken;
import dev.tally.engine.Reconnect;
import dev.tally.engine.Rewind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table of remedies: each exception by itself and as the cause of others. */
final class RemedyTest {
  private static final Map<TopicPartition, Long> OUT_OF_RANGE =
      Map.of(new TopicPartition("data", 0), 7L);

  /** By itself, and wrapped as producers, futures and we ourselves wrap it. */
  private static List<Throwable> forms(Exception exception) {
    List<Throwable> forms = new ArrayList<>(List.of(exception));
    forms.add(new KafkaException("in an error state", exception));
    forms.add(new KafkaException(new ExecutionException(new KafkaException(exception))));
    return forms;
  }

  private static String remedy(Throwable failure, Remedy.Otherwise otherwise) {
    RuntimeException remedy = Remedy.of("commit", failure, otherwise);
    assertTrue(String.valueOf(remedy.getMessage()).contains("commit"), remedy.toString());
    if (remedy instanceof Stop stop) {
      return "stop " + stop.reason();
    }
    assertSame(failure, remedy.getCause());
    if (remedy instanceof Rewind rewind) {
      return rewind.membership() ? "rewind, membership" : "rewind";
    }
    if (remedy instanceof Reconnect reconnect) {
      return reconnect.fenced() ? "reconnect, fenced" : "reconnect";
    }
    return remedy instanceof NameTaken ? "name taken" : remedy.toString();
  }

  private static void assertRemedy(String expected, Exception... exceptions) {
    for (Exception exception : exceptions) {
      for (Throwable form : forms(exception)) {
        for (Remedy.Otherwise otherwise : Remedy.Otherwise.values()) {
          assertEquals(expected, remedy(form, otherwise), () -> form + " or " + otherwise);
        }
      }
    }
  }

  @AfterEach
  void nothingIsInterruptedAnyMore() {
    boolean unused = Thread.interrupted();
  }

  @Test
  void whatCanBeAbortedIsARewind() {
    assertRemedy("rewind", new TransactionAbortableException("aborted"));
    assertRemedy("rewind, membership", new CommitFailedException("the group has moved on"));
  }

  @Test
  void aRecordRefusedForWhatItIsIsARewind() {
    assertRemedy(
        "rewind",
        new RecordTooLargeException("2 MB"),
        new RecordBatchTooLargeException("of 2 MB"),
        new InvalidTimestampException("1970"),
        new InvalidRecordException("Compacted topic cannot accept message without key"));
  }

  @Test
  void clientsThatAreOfNoMoreUseAreAReconnect() {
    assertRemedy(
        "reconnect",
        new InvalidProducerEpochException("epoch 3"),
        new InvalidPidMappingException("forgotten after a week"),
        new IllegalGenerationException("generation 4"),
        new UnknownMemberIdException("who"));
    assertRemedy("reconnect, fenced", new ProducerFencedException("epoch 3"));
  }

  @Test
  void anotherMemberUnderOurNameIsNotFencedBack() {
    assertRemedy("name taken", new FencedInstanceIdException("tally-0"));
  }

  @Test
  void positionsOutsideTheLogAreLookedUpAgainAndALogThatWasRewrittenStops() {
    assertRemedy(
        "rewind",
        new OffsetOutOfRangeException(OUT_OF_RANGE),
        new NoOffsetForPartitionException(new TopicPartition("data", 0)));
    for (Throwable form : forms(new LogTruncationException(OUT_OF_RANGE, Map.of()))) {
      RuntimeException stop = Remedy.of("poll", form, Remedy.Otherwise.RECONNECT);
      assertTrue(stop instanceof Stop refused && refused.reason() == Stop.Reason.REFUSED);
      assertTrue(String.valueOf(stop.getMessage()).contains("truncated and rewritten"));
    }
  }

  @Test
  void aRefusalOfTheBrokersStops() {
    assertRemedy(
        "stop KAFKA",
        new SaslAuthenticationException("password"),
        new TopicAuthorizationException("data"),
        new GroupAuthorizationException("group"),
        new ClusterAuthorizationException("cluster"),
        new TransactionalIdAuthorizationException("tally-0"),
        new InvalidConfigurationException("acks"),
        new UnsupportedVersionException("old"));
  }

  @Test
  void aCodecThatCannotBeLoadedStopsAtOnce() {
    RuntimeException stop =
        Remedy.of(
            "poll",
            new KafkaException("next record", new UnsatisfiedLinkError("libzstd.so: noexec")),
            Remedy.Otherwise.RECONNECT);
    assertTrue(stop instanceof Stop disk && disk.reason() == Stop.Reason.DISK, stop::toString);
  }

  @Test
  void messagesGiveCausesAndNoNamesOfExceptions() {
    Exception failure = new KafkaException(new ExecutionException(new TimeoutException("60 s")));
    RuntimeException reconnect = Remedy.of("poll", failure, Remedy.Otherwise.RECONNECT);
    assertEquals("could not poll: 60 s", reconnect.getMessage());
  }

  @Test
  void anUnknownFailureHasTheRemedyOfTheStepThatFailed() {
    for (Exception exception :
        List.of(
            new TimeoutException("60 s"),
            new InvalidTxnStateException("the coordinator was quicker"),
            new OutOfOrderSequenceException("5"),
            new UnknownProducerIdException("9"),
            new ConcurrentTransactionsException("two"),
            new UnknownServerException("?"),
            new DisconnectException("gone"),
            new KafkaException("something"))) {
      for (Throwable form : forms(exception)) {
        assertEquals("rewind", remedy(form, Remedy.Otherwise.REWIND));
        assertEquals("reconnect", remedy(form, Remedy.Otherwise.RECONNECT));
      }
    }
  }

  @Test
  void aStopAndAnInterruptPassUnchanged() {
    Stop stop = Stop.refused("settled");
    InterruptException interrupt = new InterruptException("interrupted");
    for (Remedy.Otherwise otherwise : Remedy.Otherwise.values()) {
      assertSame(stop, Remedy.of("commit", new KafkaException(stop), otherwise));
      assertSame(interrupt, Remedy.of("commit", new KafkaException(interrupt), otherwise));
    }
  }
}
