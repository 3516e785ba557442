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
  private static final long REPLAY_FROM = 400;
  private static final long ANSWERED_TO = 1_000;
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
    committed = new OffsetAndMetadata(ANSWERED_TO, Optional.of(6), metadata);
  }

  private void committed(Uuid topic, long clock, String fingerprint) {
    committed(new Checkpoint(topic, REPLAY_FROM, clock, fingerprint).text());
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
    assertTrue(start.commitNow(), "the offset is decided once and for all");
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
  void aStartOutsideTheLogIsMovedToTheNearerEnd() {
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
    saved(ANSWERED_TO); // whatever it is, nothing says that it belongs to the offset
    logStart = 50;
    continueOnMissingHistory = false;
    StartPoint start = decide();
    assertReplay(start, 50, false, ANSWERED_TO);
    assertEquals(
        50,
        start.historyFrom(),
        "whether rows are missing shows when the committed offset is reached");
    assertEquals(Checkpoint.UNKNOWN_CLOCK, start.clockAtAnswered());
    assertEquals(Optional.of(6), start.answeredEpoch());
    assertTrue(start.commitWhenLive(), "so that the offset has metadata again");
    assertFalse(start.commitNow());
    assertTrue(start.why().contains("set by hand to 1000"), start.why());
  }

  @Test
  void anOffsetResetToBeforeTheLogStartIsAGap() {
    committed("");
    logStart = ANSWERED_TO + 10;
    assertRefused("from offset 1010 only", "10 of them unanswered", "--on.missing.history");
    continueOnMissingHistory = true;
    StartPoint start = decide();
    assertReplay(start, ANSWERED_TO + 10, false, ANSWERED_TO + 10);
    assertTrue(start.why().contains("offsets 1000 to 1009 are gone"), start.why());
  }

  // --- a commit with metadata -------------------------------------------------------------------

  @Test
  void savedStateOfACommittedPrefixIsUsed() {
    committedAsUsual();
    for (long offset : new long[] {REPLAY_FROM, 700, ANSWERED_TO}) {
      saved(offset);
      StartPoint start = decide();
      assertReplay(start, offset, true, ANSWERED_TO);
      assertEquals(Optional.of(5), start.fromEpoch());
      assertEquals(CLOCK, start.clockAtAnswered());
      assertEquals(StartPoint.ALL_HISTORY, start.historyFrom());
      assertEquals("state restored at " + offset, start.why());
      assertFalse(start.commitNow() || start.commitWhenLive());
    }
  }

  @Test
  void withoutSavedStateAReplayBeginsAtTheReplayOffset() {
    committedAsUsual();
    StartPoint start = decide();
    assertReplay(start, REPLAY_FROM, false, ANSWERED_TO);
    assertEquals(CLOCK, start.clockAtAnswered());
    assertEquals(Optional.empty(), start.fromEpoch());
    assertEquals(Optional.of(6), start.answeredEpoch());
    assertEquals(StartPoint.ALL_HISTORY, start.historyFrom());
    assertEquals("state is rebuilt from offset 400", start.why());
  }

  @Test
  void stateThatWasSavedDuringAReplayIsUsedOnlyFromWhereItIsExact() {
    committedAsUsual();
    saved(700, ANSWERED_TO, TOPIC, FINGERPRINT);
    assertReplay(decide(), 700, true, ANSWERED_TO);
    saved(700, ANSWERED_TO + 1, TOPIC, FINGERPRINT);
    assertReplay(decide(), REPLAY_FROM, false, ANSWERED_TO);
  }

  @Test
  void stateFromBeforeTheReplayOffsetOrOfOtherSettingsOrAnotherTopicIsNotUsed() {
    committedAsUsual();
    saved(REPLAY_FROM - 1);
    assertReplay(decide(), REPLAY_FROM, false, ANSWERED_TO);
    saved(ANSWERED_TO, 0, TOPIC, OTHER_FINGERPRINT);
    assertReplay(decide(), REPLAY_FROM, false, ANSWERED_TO);
    saved(ANSWERED_TO, 0, OTHER_TOPIC, FINGERPRINT);
    assertReplay(decide(), REPLAY_FROM, false, ANSWERED_TO);
    saved(ANSWERED_TO + 5, 0, OTHER_TOPIC, FINGERPRINT);
    assertReplay(decide(), REPLAY_FROM, false, ANSWERED_TO);
  }

  @Test
  void stateAheadOfTheCommitMeansThatKafkaLostCommits() {
    committedAsUsual();
    saved(ANSWERED_TO + 1);
    assertRefused("saved state up to offset 1001", "committed offset is 1000", "lost commits");
    continueOnMissingHistory = true;
    rebuildOnSettingsChange = true;
    startFromGiven = true;
    assertRefused("lost commits");
  }

  @Test
  void otherSettingsStopUnlessTheChangeIsAccepted() {
    committed(TOPIC, CLOCK, OTHER_FINGERPRINT);
    saved(ANSWERED_TO, 0, TOPIC, OTHER_FINGERPRINT);
    assertRefused(OTHER_FINGERPRINT, FINGERPRINT, "--on.settings.change rebuild");
    rebuildOnSettingsChange = true;
    logStart = 50;
    StartPoint start = decide();
    assertReplay(start, 50, false, ANSWERED_TO);
    assertEquals(Checkpoint.UNKNOWN_CLOCK, start.clockAtAnswered(), "another grace, another clock");
    assertTrue(start.commitWhenLive());
    assertEquals(50, start.historyFrom());
  }

  /** Otherwise a shard would tell again what it has told. */
  @Test
  void whatWallTimeHasDecidedHoldsUnderOtherSettings() {
    committed(new Checkpoint(TOPIC, REPLAY_FROM, CLOCK, OTHER_FINGERPRINT, "closed to 7").text());
    rebuildOnSettingsChange = true;
    assertEquals("closed to 7", decide().memo());
  }

  @Test
  void anOffsetThatKeptTheMetadataOfALaterOneStops() {
    committed(new Checkpoint(TOPIC, ANSWERED_TO + 1, CLOCK, FINGERPRINT).text());
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
    saved(ANSWERED_TO, 0, OTHER_TOPIC, FINGERPRINT);
    assertRefused("created anew", OTHER_TOPIC.toString(), TOPIC.toString(), "Reset the offsets");
    rebuildOnSettingsChange = true;
    continueOnMissingHistory = true;
    assertRefused("created anew");
  }

  @Test
  void aLogThatEndsBeforeTheCommittedOffsetStops() {
    committedAsUsual();
    logEnd = ANSWERED_TO;
    assertReplay(decide(), REPLAY_FROM, false, ANSWERED_TO);
    logEnd = ANSWERED_TO - 1;
    assertRefused("ends at offset 999", "up to 1000 have been answered");
    committed("");
    assertRefused("ends at offset 999");
  }

  // --- retention --------------------------------------------------------------------------------

  @Test
  void aReplayOffsetThatIsNoLongerRetainedStopsUnlessTheGapIsAccepted() {
    committedAsUsual();
    logStart = REPLAY_FROM;
    assertReplay(decide(), REPLAY_FROM, false, ANSWERED_TO);
    logStart = REPLAY_FROM + 1;
    assertRefused(
        "from offset 401 only", "1 rows from 400", "0 of them unanswered", "--on.missing.history");
    continueOnMissingHistory = true;
    StartPoint start = decide();
    assertReplay(start, REPLAY_FROM + 1, false, ANSWERED_TO);
    assertEquals(Checkpoint.UNKNOWN_CLOCK, start.clockAtAnswered(), "it cannot be compared");
    assertTrue(start.commitWhenLive());
    assertTrue(start.why().contains("MISSING: offsets 400 to 400 are gone"), start.why());
  }

  @Test
  void savedStateNeedsOnlyTheRecordsAfterIt() {
    committedAsUsual();
    saved(700);
    logStart = 700; // the replay offset is gone, but not needed
    assertReplay(decide(), 700, true, ANSWERED_TO);
    logStart = 701;
    assertRefused("1 rows from 700 on are gone");
    continueOnMissingHistory = true;
    StartPoint start = decide();
    assertReplay(start, 701, true, ANSWERED_TO);
    assertEquals(Optional.empty(), start.fromEpoch());
    saved(ANSWERED_TO);
    assertReplay(decide(), ANSWERED_TO, true, ANSWERED_TO);
  }

  @Test
  void deletedRowsWithoutAnAnswerAreCounted() {
    committedAsUsual();
    saved(ANSWERED_TO);
    logStart = ANSWERED_TO + 25;
    assertRefused("25 rows from 1000 on are gone, 25 of them unanswered");
    continueOnMissingHistory = true;
    assertReplay(decide(), ANSWERED_TO + 25, true, ANSWERED_TO + 25);
  }

  @Test
  void anUnknownClockIsNotComparedAndIsReplacedOnceKnown() {
    committed(TOPIC, Checkpoint.UNKNOWN_CLOCK, FINGERPRINT);
    StartPoint start = decide();
    assertReplay(start, REPLAY_FROM, false, ANSWERED_TO);
    assertEquals(Checkpoint.UNKNOWN_CLOCK, start.clockAtAnswered());
    assertTrue(start.commitWhenLive());
  }
}
