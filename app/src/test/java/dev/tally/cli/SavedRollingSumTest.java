package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.jobs.rollingsum.RollingSum;
import dev.tally.jobs.rollingsum.RollingSum.Miskeyed;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SavedRollingSumTest {
  @Test
  void onlyFingerprintsOfRollingSumAreRecognised() {
    SavedRollingSum saved = new SavedRollingSum();
    String fingerprint =
        new RollingSum(
                Duration.ofMinutes(5), Duration.ofMinutes(1), Optional.empty(), Miskeyed.FAIL)
            .fingerprint(3);
    assertTrue(saved.recognises(fingerprint));
    assertEquals(fingerprint, saved.of(fingerprint).fingerprint(3));
    assertFalse(saved.recognises("count-rows=1"));
    assertFalse(saved.recognises(fingerprint + " more=1"));
  }
}
