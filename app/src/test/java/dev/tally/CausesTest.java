package dev.tally;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class CausesTest {
  @Test
  void wrappersThatRepeatTheirCauseAreLeftOut() {
    Exception cause = new IOException("disk is full");
    assertEquals("disk is full", Causes.of(cause));
    assertEquals("disk is full", Causes.of(new ExecutionException(cause)));
    assertEquals("disk is full", Causes.of(new CompletionException(new RuntimeException(cause))));
    assertEquals("disk is full", Causes.of(new RuntimeException("disk is full", cause)));
  }

  @Test
  void theInnermostCauseFollowsWhatItLedTo() {
    Throwable library = new UnsatisfiedLinkError("libzstd.so: failed to map segment");
    assertEquals(
        "cannot read data-0: libzstd.so: failed to map segment",
        Causes.of(new RuntimeException("cannot read data-0.", new RuntimeException(library))));
  }

  @Test
  void namesOfExceptionsAreLeftOut() {
    assertEquals("timeout", Causes.of(new TimeoutException()));
    assertEquals("out of memory", Causes.of(new OutOfMemoryError()));
    assertEquals(
        "Call failed: no route",
        Causes.of(
            new RuntimeException("Call failed: org.apache.kafka.common.KafkaException: no route")));
    assertEquals(
        "the host name kafka.invalid does not resolve",
        Causes.of(new UnknownHostException("kafka.invalid: Name or service not known")));
    assertEquals("/x does not exist", Causes.of(new NoSuchFileException("/x")));
    assertEquals(
        "/x: permission denied",
        Causes.of(new UncheckedIOException(new AccessDeniedException("/x"))));
  }

  @Test
  void aMessageIsOneLineWhateverALibrarySays() {
    assertEquals(
        "/tmp/lib.so: no execution",
        Causes.of(new UnsatisfiedLinkError("/tmp/lib.so: /tmp/lib.so: no execution\nlooked in /")));
  }

  @Test
  void aCircularChainOfCausesEnds() {
    Exception first = new Exception("first");
    Exception second = new Exception("second", first);
    first.initCause(second);
    assertEquals("first: second", Causes.of(first));
  }
}
