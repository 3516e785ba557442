package dev.tally.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.sim.Caller.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What tally promises, one short history each: read these first. The worker is the real one, its
 * brokers and disks are simulated, and a {@link Scenario} says what happens to them.
 *
 * <p>An answer is the sum over the ten seconds that end at its row, of rows with the same code. The
 * grace is five seconds.
 */
@ExtendWith(MutedLog.class)
final class ScenariosTest {
  private final Scenario scenario = new Scenario();
  private final Machine one = scenario.machine();
  private final Machine other = scenario.machine();

  private void assertAnswers(String... answers) {
    assertEquals(List.of(answers), scenario.answers());
  }

  private void assertCommitted(long offset) {
    assertEquals(offset, scenario.committed());
  }

  private static void assertSays(String part, String message) {
    assertTrue(message.contains(part), message);
  }

  /** Three rows, answered by a worker on the one machine, and saved there. */
  private void givenThreeAnswers() {
    scenario.sale("A", 100, 1).sale("A", 104, 2).sale("B", 104, 8).start(one).catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8");
    assertCommitted(3);
    assertEquals(3, scenario.saved(one));
  }

  @Test
  void eachRowIsAnsweredOnceWithTheSumOfTheTenSecondsThatEndAtIt() {
    scenario.sale("A", 100, 1).sale("B", 102, 5).sale("A", 110, 2).sale("A", 111, 4);
    scenario.start(one).catchUp();
    assertAnswers("A at 100: 1", "B at 102: 5", "A at 110: 3", "A at 111: 6");
    assertCommitted(4);
    assertEquals(List.of(), scenario.deadLetters());
  }

  @Test
  void aLateRowCountsIfItIsWithinTheGraceAndIsADeadLetterOtherwise() {
    scenario.sale("A", 100, 1).sale("A", 95, 2).sale("A", 94, 4).sale("A", 100, 8);
    scenario.start(one).catchUp();
    assertAnswers("A at 100: 1", "A at 95: 2", "A at 100: 11");
    assertEquals(List.of("2: late"), scenario.deadLetters());
    assertCommitted(4);
  }

  @Test
  void aWorkerDiesBeforeItsTransactionIsCommitted() {
    givenThreeAnswers();
    scenario.sale("A", 106, 4).killAt(Point.COMMIT, one);
    assertCommitted(3);
    assertEquals(3, scenario.answers().size(), "what is not committed is not visible");
    scenario.start(one).catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 106: 7");
    assertCommitted(4);
  }

  @Test
  void aWorkerDiesAfterItsTransactionIsCommittedAndBeforeItsStateIsSaved() {
    givenThreeAnswers();
    scenario.sale("A", 106, 4).killAt(Point.COMMITTED, one);
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 106: 7");
    assertCommitted(4);
    assertEquals(3, scenario.saved(one));
    scenario.start(one).sale("A", 107, 16).catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 106: 7", "A at 107: 23");
    assertCommitted(5);
    assertEquals(5, scenario.saved(one));
  }

  @Test
  void noBrokerSaysWhetherATransactionIsCommitted() {
    givenThreeAnswers();
    scenario.sale("A", 106, 4).failAt(Point.COMMIT, one, Fault.RECONNECT).catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 106: 7");
    assertCommitted(4);
  }

  @Test
  void aTransactionIsAbortedAndItsRowsAreReadAgain() {
    givenThreeAnswers();
    scenario.sale("A", 106, 4).failAt(Point.SEND, one, Fault.REWIND);
    assertCommitted(3);
    scenario.catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 106: 7");
    assertCommitted(4);
  }

  @Test
  void aZombieWakesUpAfterItsSuccessorHasCommitted() {
    givenThreeAnswers();
    scenario.sale("A", 106, 4);
    scenario.meanwhile(
        Point.COMMIT,
        one,
        () -> {
          scenario.expel(one).start(other).catchUp();
          assertCommitted(4);
        });
    scenario.sale("A", 107, 16).catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 106: 7", "A at 107: 23");
    assertCommitted(5);
  }

  @Test
  void theGroupMovesOnWhileATransactionIsOpen() {
    givenThreeAnswers();
    scenario.sale("A", 106, 4);
    scenario.meanwhile(Point.OFFSETS, one, () -> scenario.expel(one));
    assertCommitted(3);
    scenario.catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 106: 7");
    assertCommitted(4);
  }

  @Test
  void aFencedProducerGivesUpItsTransactionAndComesBack() {
    givenThreeAnswers();
    scenario.sale("A", 106, 4);
    scenario.meanwhile(Point.OFFSETS, one, () -> scenario.fence(one));
    assertCommitted(3);
    scenario.catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 106: 7");
    assertCommitted(4);
  }

  @Test
  void aWorkerThatIsAskedToEndHandsOverToAnother() {
    givenThreeAnswers();
    scenario.sale("A", 106, 4).end(one).start(other).catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 106: 7");
    assertCommitted(4);
    assertEquals(4, scenario.saved(other));
  }

  @Test
  void theDiskIsLostAndStateIsRebuiltFromTheReplayOffset() {
    givenThreeAnswers();
    scenario.sale("A", 130, 4).sale("A", 135, 16).catchUp();
    assertEquals(3, scenario.replayOffset(), "earlier rows shape no later answer");
    scenario.kill(one);
    one.disk.lose();
    scenario.retainFrom(3);
    scenario.start(one).sale("A", 136, 32).catchUp();
    assertEquals(List.of("A at 130: 4", "A at 135: 20", "A at 136: 52"), last(3));
    assertCommitted(6);
  }

  @Test
  void theDiskIsFullAndTheWorkerStopsWithItsCommitDone() {
    givenThreeAnswers();
    scenario.sale("A", 106, 4).failAt(Point.SAVE, one, Fault.DISK_FULL);
    assertSays("no space left", scenario.awaitStop());
    assertCommitted(4);
    assertEquals(3, scenario.saved(one));
    scenario.start(one).sale("A", 107, 16).catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 106: 7", "A at 107: 23");
    assertCommitted(5);
  }

  @Test
  void anOldCopyOfTheDiskComesBack() {
    givenThreeAnswers();
    one.copyDisk();
    scenario.sale("A", 106, 4).catchUp();
    assertEquals(4, scenario.saved(one));
    one.putCopyBack();
    assertEquals(3, scenario.saved(one));
    scenario.start(one).sale("A", 107, 16).catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 106: 7", "A at 107: 23");
    assertCommitted(5);
  }

  @Test
  void anOperatorGoesBackAndAnswersAreGivenAgainAndAreTheSame() {
    givenThreeAnswers();
    scenario.resetOffset(1).start(one).catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3", "B at 104: 8", "A at 104: 3", "B at 104: 8");
    assertCommitted(3);
  }

  @Test
  void kafkaLosesACommitAndTheWorkerStops() {
    givenThreeAnswers();
    scenario.sale("A", 106, 4).catchUp().loseLastCommit();
    assertCommitted(3);
    assertSays("Kafka lost commits", scenario.start(one).awaitStop());
    assertCommitted(3);
  }

  @Test
  void theLogIsTruncatedAndRewrittenAndTheWorkerStops() {
    givenThreeAnswers();
    scenario.kill(one).truncateTo(1);
    scenario.sale("A", 104, 1000).sale("A", 104, 2000).sale("A", 104, 3000);
    assertSays("was truncated and rewritten", scenario.start(one).awaitStop());
    assertEquals(3, scenario.answers().size());
    assertCommitted(3);
  }

  @Test
  void retentionTakesRowsThatAreNeededAndTheWorkerStopsUntilTheGapIsAccepted() {
    givenThreeAnswers();
    scenario.kill(one);
    one.disk.lose();
    scenario.retainFrom(1);
    assertSays("is retained from offset 1 only", scenario.start(one).awaitStop());
    assertCommitted(3);
    scenario.acceptMissingHistory().start(one).sale("A", 106, 4).catchUp();
    assertEquals(List.of("A at 106: 6"), last(1), "the sum of what is left");
    assertCommitted(4);
  }

  @Test
  void aBadRecordBecomesADeadLetter() {
    scenario.sale("A", 100, 1).nonsense().sale("A", 104, 2).start(one).catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3");
    assertEquals(List.of("1: unreadable"), scenario.deadLetters());
    assertCommitted(3);
  }

  @Test
  void aBadRecordStopsTheWorkerUntilItMayBecomeADeadLetter() {
    scenario.stopOnBadRecords(true);
    scenario.sale("A", 100, 1).nonsense().sale("A", 104, 2).start(one);
    assertSays("data-0 offset 1 is unreadable", scenario.awaitStop());
    assertAnswers("A at 100: 1");
    assertCommitted(1);
    scenario.stopOnBadRecords(false).start(one).catchUp();
    assertAnswers("A at 100: 1", "A at 104: 3");
    assertEquals(List.of("1: unreadable"), scenario.deadLetters());
    assertCommitted(3);
  }

  @Test
  void settingsChangeAndTheWorkerStopsUntilTheChangeIsAccepted() {
    givenThreeAnswers();
    scenario.sale("A", 130, 4).changeWindowToAMinute();
    assertSays("settings that shape the answers have changed", scenario.start(one).awaitStop());
    assertCommitted(3);
    scenario.acceptSettingsChange().start(one).catchUp();
    assertEquals(List.of("A at 130: 7"), last(1));
    assertEquals(4, scenario.answers().size());
    assertCommitted(4);
  }

  @Test
  void twoMachinesOfOneNameDoNotFenceEachOtherForEver() {
    givenThreeAnswers();
    scenario.start(scenario.namesake(one));
    assertSays("another worker uses this one's name", scenario.awaitStop());
  }

  private List<String> last(int count) {
    List<String> answers = scenario.answers();
    return answers.subList(answers.size() - count, answers.size());
  }
}
