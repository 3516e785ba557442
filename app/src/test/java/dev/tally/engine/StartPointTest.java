package dev.tally.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The table "When Kafka and the disk disagree", row by row, as values. */
final class StartPointTest {
  private static final TopicPartition PARTITION = new TopicPartition("data", 3);
  private static final Uuid TOPIC = new Uuid(1, 1);
  private static final Uuid OTHER_TOPIC = new Uuid(2, 2);
  private static final String FINGERPRINT = "window=600000ms partitions=4";
  private static final String OTHER_FINGERPRINT = "window=300000ms partitions=4";
  private static final long M = 400;
  private static final long N = 1_000;
  private static final long CLOCK = 77;

  // What is found, unless a test says otherwise: the log from 0 to 2000 and nothing of ours.
  private long logStart;
  private long logEnd = 2_000;
  private long startFrom;
  private @Nullable OffsetAndMetadata committed;
  private @Nullable Position saved;
  private boolean startFromGiven;
  private boolean rebuildOnSettingsChange;
  private boolean continueOnMissingHistory;

  private StartPoint decide() {
    return StartPoint.decide(
        PARTITION,
        new PartitionInfo(TOPIC, 4, logStart, logEnd, startFrom, committed),
        saved,
        new StartPoint.Rules(
            FINGERPRINT, startFromGiven, rebuildOnSettingsChange, continueOnMissingHistory));
  }

  private void committed(String metadata) {
    committed = new OffsetAndMetadata(N, Optional.of(6), metadata);
  }

  private void committed(Uuid topic, long clock, String fingerprint) {
    committed(new Checkpoint(topic, M, clock, fingerprint).text());
  }

  private void committedAsUsual() {
    committed(TOPIC, CLOCK, FINGERPRINT);
  }

  private void saved(long offset) {
    saved(offset, 0, TOPIC, FINGERPRINT);
  }

  private void saved(long offset, long exactFrom, Uuid topic, String fingerprint) {
    saved =
        new Position(offset, Optional.of(5), exactFrom, CLOCK, topic, fingerprint, new Horizon(60));
  }

  /** The Stop's message, of which every part must be there: what was found, and the cure. */
  private void assertRefused(String... parts) {
    Stop stop = assertThrows(Stop.class, this::decide);
    assertEquals(Stop.Reason.REFUSED, stop.reason());
    String said = String.valueOf(stop.getMessage());
    assertTrue(said.contains("data-3"), said);
    assertFalse(said.contains("\n"), said);
    for (String part : parts) {
      assertTrue(said.contains(part), "'" + part + "' in: " + said);
    }
  }

  private static void assertReplay(StartPoint start, long from, boolean useSaved, long answeredTo) {
    assertEquals(from, start.from(), start.why());
    assertEquals(useSaved, start.useSaved(), start.why());
    assertEquals(answeredTo, start.answeredTo(), start.why());
  }

  // --- no commit --------------------------------------------------------------------------------

  @Test
  void withoutCommitAndStateItBeginsAtTheStart() {
    logStart = 50;
    startFrom = 50;
    StartPoint start = decide();
    assertReplay(start, 50, false, 50);
    assertTrue(start.commitNow(), "N is decided once and for all");
    assertFalse(start.commitWhenLive());
    assertEquals(Checkpoint.UNKNOWN_CLOCK, start.clockAtAnswered());
    assertEquals("no committed offset: beginning at 50", start.why());
  }

  @Test
  void startingLaterReplaysWhatIsRetainedSoThatTheFirstAnswersAreExact() {
    logStart = 50;
    startFrom = 900;
    StartPoint start = decide();
    assertReplay(start, 50, false, 900);
    assertEquals(50, start.historyFrom());
    assertTrue(start.commitNow() && start.commitWhenLive());
  }

  @Test
  void aStartOutsideTheLogIsMovedToItsEnds() {
    logStart = 50;
    startFrom = 10;
    assertReplay(decide(), 50, false, 50);
    startFrom = 9_999;
    assertReplay(decide(), 50, false, 2_000);
  }

  @Test
  void stateWithoutCommitAsksForStartFrom() {
    saved(1_500);
    assertRefused("saved state up to offset 1500", "no committed offset", "--start.from");
    startFromGiven = true;
    assertReplay(decide(), 0, false, 0);
  }

  @Test
  void stateOfADeletedTopicAsksForStartFromAsWell() {
    saved(1_500, 0, OTHER_TOPIC, FINGERPRINT);
    assertRefused("deleted and created anew", "--start.from");
    startFromGiven = true;
    assertReplay(decide(), 0, false, 0);
  }

  // --- a commit without metadata ----------------------------------------------------------------

  @Test
  void offsetsThatAnOperatorResetAreObeyedAndStateIsRebuiltFromTheLogStart() {
    committed("");
    saved(N); // whatever it is, nothing says that it fits
    logStart = 50;
    continueOnMissingHistory = false;
    StartPoint start = decide();
    assertReplay(start, 50, false, N);
    assertEquals(50, start.historyFrom(), "whether rows are missing shows when N is reached");
    assertEquals(Checkpoint.UNKNOWN_CLOCK, start.clockAtAnswered());
    assertEquals(Optional.of(6), start.answeredEpoch());
    assertTrue(start.commitWhenLive(), "so that N has metadata again");
    assertFalse(start.commitNow());
    assertTrue(start.why().contains("set by hand to 1000"), start.why());
  }

  @Test
  void anOffsetResetToBeforeTheLogStartIsAGap() {
    committed("");
    logStart = N + 10;
    assertRefused("from offset 1010 only", "10 of them unanswered", "--on.missing.history");
    continueOnMissingHistory = true;
    StartPoint start = decide();
    assertReplay(start, N + 10, false, N + 10);
    assertTrue(start.why().contains("offsets 1000 to 1009 are gone"), start.why());
  }

  // --- a commit with metadata -------------------------------------------------------------------

  @Test
  void savedStateOfACommittedPrefixIsUsed() {
    committedAsUsual();
    for (long offset : new long[] {M, 700, N}) {
      saved(offset);
      StartPoint start = decide();
      assertReplay(start, offset, true, N);
      assertEquals(Optional.of(5), start.fromEpoch());
      assertEquals(CLOCK, start.clockAtAnswered());
      assertEquals(StartPoint.ALL_HISTORY, start.historyFrom());
      assertEquals("state restored at " + offset, start.why());
      assertFalse(start.commitNow() || start.commitWhenLive());
    }
  }

  @Test
  void withoutStateItIsRebuiltFromM() {
    committedAsUsual();
    StartPoint start = decide();
    assertReplay(start, M, false, N);
    assertEquals(CLOCK, start.clockAtAnswered());
    assertEquals(Optional.empty(), start.fromEpoch());
    assertEquals(Optional.of(6), start.answeredEpoch());
    assertEquals(StartPoint.ALL_HISTORY, start.historyFrom());
    assertEquals("state is rebuilt from offset 400", start.why());
  }

  @Test
  void stateThatWasSavedDuringAReplayIsUsedOnlyFromWhereItIsExact() {
    committedAsUsual();
    saved(700, N, TOPIC, FINGERPRINT);
    assertReplay(decide(), 700, true, N);
    saved(700, N + 1, TOPIC, FINGERPRINT);
    assertReplay(decide(), M, false, N);
  }

  @Test
  void stateOlderThanMOrOfOtherSettingsOrAnotherTopicIsNotUsed() {
    committedAsUsual();
    saved(M - 1);
    assertReplay(decide(), M, false, N);
    saved(N, 0, TOPIC, OTHER_FINGERPRINT);
    assertReplay(decide(), M, false, N);
    saved(N, 0, OTHER_TOPIC, FINGERPRINT);
    assertReplay(decide(), M, false, N);
    saved(N + 5, 0, OTHER_TOPIC, FINGERPRINT);
    assertReplay(decide(), M, false, N);
  }

  @Test
  void stateAheadOfTheCommitMeansThatKafkaLostCommits() {
    committedAsUsual();
    saved(N + 1);
    assertRefused("saved state up to offset 1001", "committed offset is 1000", "lost commits");
    continueOnMissingHistory = true;
    rebuildOnSettingsChange = true;
    startFromGiven = true;
    assertRefused("lost commits");
  }

  @Test
  void otherSettingsStopUnlessTheChangeIsAccepted() {
    committed(TOPIC, CLOCK, OTHER_FINGERPRINT);
    saved(N, 0, TOPIC, OTHER_FINGERPRINT);
    assertRefused(OTHER_FINGERPRINT, FINGERPRINT, "--on.settings.change rebuild");
    rebuildOnSettingsChange = true;
    logStart = 50;
    StartPoint start = decide();
    assertReplay(start, 50, false, N);
    assertEquals(Checkpoint.UNKNOWN_CLOCK, start.clockAtAnswered(), "another grace, another clock");
    assertTrue(start.commitWhenLive());
    assertEquals(50, start.historyFrom());
  }

  @Test
  void anOffsetThatKeptTheMetadataOfALaterOneStops() {
    committed(new Checkpoint(TOPIC, N + 1, CLOCK, FINGERPRINT).text());
    assertRefused("offset 1000", "a replay from 1001", "Reset the group's offsets");
  }

  @Test
  void metadataOfANewerVersionStops() {
    committed("tally/2;what that may be");
    assertRefused("offset 1000", "another version of tally");
    committed("tally/1;damaged");
    assertRefused("damaged");
    committed("someone else's");
    assertRefused("another program", "--group.id");
  }

  @Test
  void aTopicThatWasCreatedAnewStops() {
    committed(OTHER_TOPIC, CLOCK, FINGERPRINT);
    saved(N, 0, OTHER_TOPIC, FINGERPRINT);
    assertRefused("created anew", OTHER_TOPIC.toString(), TOPIC.toString(), "Reset the offsets");
    rebuildOnSettingsChange = true;
    continueOnMissingHistory = true;
    assertRefused("created anew");
  }

  @Test
  void aLogThatEndsBeforeNStops() {
    committedAsUsual();
    logEnd = N;
    assertReplay(decide(), M, false, N);
    logEnd = N - 1;
    assertRefused("ends at offset 999", "up to 1000 have been answered");
    committed("");
    assertRefused("ends at offset 999");
  }

  // --- retention --------------------------------------------------------------------------------

  @Test
  void mThatIsNoLongerRetainedStopsUnlessTheGapIsAccepted() {
    committedAsUsual();
    logStart = M;
    assertReplay(decide(), M, false, N);
    logStart = M + 1;
    assertRefused(
        "from offset 401 only", "1 rows from 400", "0 of them unanswered", "--on.missing.history");
    continueOnMissingHistory = true;
    StartPoint start = decide();
    assertReplay(start, M + 1, false, N);
    assertEquals(Checkpoint.UNKNOWN_CLOCK, start.clockAtAnswered(), "it cannot be compared");
    assertTrue(start.commitWhenLive());
    assertTrue(start.why().contains("MISSING: offsets 400 to 400 are gone"), start.why());
  }

  @Test
  void savedStateNeedsOnlyWhatComesBehindIt() {
    committedAsUsual();
    saved(700);
    logStart = 700; // M is gone, but not needed
    assertReplay(decide(), 700, true, N);
    logStart = 701;
    assertRefused("1 rows from 700 on are gone");
    continueOnMissingHistory = true;
    StartPoint start = decide();
    assertReplay(start, 701, true, N);
    assertEquals(Optional.empty(), start.fromEpoch());
    saved(N);
    assertReplay(decide(), N, true, N);
  }

  @Test
  void rowsThatWereNeverAnsweredAndAreGoneAreCounted() {
    committedAsUsual();
    saved(N);
    logStart = N + 25;
    assertRefused("25 rows from 1000 on are gone, 25 of them unanswered");
    continueOnMissingHistory = true;
    assertReplay(decide(), N + 25, true, N + 25);
  }

  @Test
  void aClockThatWasNeverKnownIsNotComparedAndIsReplacedOnceItIs() {
    committed(TOPIC, Checkpoint.UNKNOWN_CLOCK, FINGERPRINT);
    StartPoint start = decide();
    assertReplay(start, M, false, N);
    assertEquals(Checkpoint.UNKNOWN_CLOCK, start.clockAtAnswered());
    assertTrue(start.commitWhenLive());
  }
}
