package dev.tally.jobs.topindustries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.job.Job;
import dev.tally.jobs.topindustries.TopIndustries.RankBy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopIndustriesTest {
  private static TopIndustries settings(Duration lateMax, Optional<Duration> futureMax) {
    return new TopIndustries(
        Duration.ofSeconds(5), lateMax, futureMax, RankBy.RELATIVE, true, false);
  }

  @Test
  void aStageIsFoundByItsFingerprint() {
    TopIndustries hour = settings(Duration.ofDays(2), Optional.of(Duration.ofHours(1)));
    TopIndustries off = settings(Duration.ofMinutes(90), Optional.empty());
    assertEquals("top-industries-orders=1 future.max=3600s", hour.orders().fingerprint(4));
    assertEquals("top-industries-orders=1 future.max=off", off.orders().fingerprint(1));
    assertEquals("top-industries-rank=1 late.max=172800s", hour.rank().fingerprint(1));
    for (TopIndustries each : new TopIndustries[] {hour, off}) {
      for (Job job : new Job[] {each.orders(), each.rank()}) {
        String fingerprint = job.fingerprint(1);
        Job found = TopIndustries.stageOf(fingerprint).orElseThrow();
        assertEquals(fingerprint, found.fingerprint(1));
        assertEquals(job.getClass(), found.getClass());
        assertEquals(job.history(), found.history());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "top-industries-orders=1",
        "top-industries-orders=2 future.max=3600s",
        "top-industries-orders=1 future.max=0s",
        "top-industries-rank=1 late.max=off",
        "top-industries-rank=1 late.max=99999999s",
        "unique-users-parts=1 late.max=3600s future.max=3600s"
      })
  void noOtherFingerprintIsOfAStage(String fingerprint) {
    assertEquals(Optional.empty(), TopIndustries.stageOf(fingerprint));
  }

  @Test
  void aFractionOfASecondIsRefused() {
    Stop stop = assertThrows(Stop.class, () -> settings(Duration.ofMillis(1500), Optional.empty()));
    assertEquals(
        "--late.max is 1500ms; accepted: whole seconds.", String.valueOf(stop.getMessage()));
  }

  @Test
  void whatIsOutOfBoundsIsRefused() {
    Stop late = assertThrows(Stop.class, () -> settings(Duration.ofDays(31), Optional.empty()));
    assertTrue(String.valueOf(late.getMessage()).startsWith("--late.max is "));
    Stop future =
        assertThrows(Stop.class, () -> settings(Duration.ZERO, Optional.of(Duration.ofDays(2))));
    assertTrue(String.valueOf(future.getMessage()).startsWith("--future.max is "));
  }

  @Test
  void hoursThatAreNotWholeAreRoundedUp() {
    assertEquals(0, settings(Duration.ZERO, Optional.empty()).lateHours());
    assertEquals(1, settings(Duration.ofSeconds(1), Optional.empty()).lateHours());
    assertEquals(48, settings(Duration.ofDays(2), Optional.empty()).lateHours());
  }
}
