package dev.tally.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

final class CodecsTest {
  private static void assertNamed(String codec, Throwable failure) {
    Stop stop =
        Codecs.unusable(new KafkaException("Received exception", new KafkaException(failure)))
            .orElseThrow();
    String message = String.valueOf(stop.getMessage());
    assertEquals(Stop.Reason.DISK, stop.reason());
    assertTrue(message.contains("compression codec " + codec + " cannot"), message);
    assertTrue(message.contains("java.io.tmpdir=" + System.getProperty("java.io.tmpdir")), message);
  }

  @Test
  void aLibraryThatCannotBeLoadedIsNamedAtTheFirstFailureAndAtLaterOnes() {
    assertNamed("zstd", new UnsatisfiedLinkError("/tmp/libzstd-jni-1.so: failed to map segment"));
    assertNamed("zstd", new ExceptionInInitializerError("Cannot unpack libzstd-jni: read-only"));
    assertNamed(
        "zstd", new NoClassDefFoundError("Could not initialize class com.github.luben.zstd.Zstd"));
    assertNamed("snappy", new NoClassDefFoundError("Could not initialize class org.xerial.snappy"));
  }

  @Test
  void damagedRecordsAreNoFailureOfALibrary() {
    assertEquals(Optional.empty(), Codecs.unusable(new KafkaException("zstd: corrupt input")));
    assertEquals(Optional.empty(), Codecs.unusable(new StackOverflowError()));
    assertEquals(Optional.empty(), Codecs.unusable(new NoClassDefFoundError("dev/tally/Sale")));
  }
}
