package dev.tally.audit.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.Findings;
import dev.tally.audit.Kind;
import dev.tally.audit.Message;
import dev.tally.audit.SampleAudit;
import dev.tally.audit.Scope.Range;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Four frames by three users on a Monday, in three minutes of two hours; all hours are closed. */
final class WindowComparisonTest {
  private static final long DAY = Instant.parse("2016-07-11T00:00:00Z").getEpochSecond();
  private static final long HOUR = 3600;
  private static final Rules RULES =
      new Rules(Duration.ofSeconds(5), Duration.ofHours(1), Optional.empty());

  private final Findings findings = new Findings();
  private final Sightings sightings = new Sightings();
  private final Gaps gaps = new Gaps();
  private final List<ResultText> results = new ArrayList<>();
  private boolean deleted;

  /** How many of the results were there before the last stage was waited for. */
  private int early = Integer.MAX_VALUE;

  @BeforeEach
  void fill() {
    frame("a", 10);
    frame("b", 11);
    frame("a", 60);
    frame("c", 3 * HOUR);
    add(WindowKind.MINUTE, 0, 2, 2, true);
    add(WindowKind.MINUTE, 60, 1, 1, true);
    add(WindowKind.HOUR, 0, 2, 3, true);
    add(WindowKind.DAY, 0, 2, 3, false);
    add(WindowKind.MINUTE, 3 * HOUR, 1, 1, true);
    add(WindowKind.HOUR, 3 * HOUR, 1, 1, true);
    add(WindowKind.DAY, 0, 3, 4, false);
  }

  private void frame(String uid, long seconds) {
    sightings.add(new FrameText(uid, DAY + seconds));
  }

  private void add(WindowKind kind, long seconds, long users, long frames, boolean closed) {
    results.add(
        new ResultText(Window.of(kind, DAY + seconds), Users.exactly(users), frames, closed));
  }

  private void change(int index, UnaryOperator<ResultText> change) {
    results.set(index, change.apply(results.get(index)));
  }

  private static UnaryOperator<ResultText> users(long users) {
    return r -> new ResultText(r.window(), Users.exactly(users), r.frames(), r.closed());
  }

  private static UnaryOperator<ResultText> frames(long frames) {
    return r -> new ResultText(r.window(), r.users(), frames, r.closed());
  }

  private static ResultText opened(ResultText r) {
    return new ResultText(r.window(), r.users(), r.frames(), false);
  }

  private Map<WindowKind, KindReport> compare() {
    Results read =
        new Results(
            SampleAudit.SETTINGS, List.of(new Range(0, Math.min(early, results.size()))), findings);
    for (int i = 0; i < results.size(); i++) {
      byte[] key = results.get(i).window().toString().getBytes(UTF_8);
      byte[] value = results.get(i).write().getBytes(UTF_8);
      read.add(new Message(0, i, 0, key, value, List.of()));
    }
    return new WindowComparison(RULES, read, gaps, deleted, findings).compare(sightings);
  }

  private void assertFinds(Kind kind, String... sentences) {
    var unused = compare();
    assertEquals(Map.of(kind, List.of(sentences)), findings.disagreements().kept());
  }

  private void assertAgrees(String... reports) {
    List<String> lines = new ArrayList<>();
    compare().forEach((kind, report) -> lines.add(kind + " " + report));
    assertEquals(Map.of(), findings.disagreements().kept());
    for (String report : reports) {
      assertTrue(lines.contains(report), () -> lines.toString());
    }
  }

  @Test
  void resultsThatAreAsRecountedAgree() {
    assertAgrees(
        "minute 3 right",
        "hour 2 right",
        "day 1 right",
        "week 0 right, 1 open",
        "month 0 right, 1 open",
        "year 0 right, 1 open");
  }

  @Test
  void anotherNumberOfUsersIsWrong() {
    change(1, users(1));
    change(2, users(1));
    assertFinds(
        Kind.WRONG,
        "agg-0@2: hour/2016-07-11T00:00:00Z: says 1 users in 3 frames, must say 2 users in 3");
  }

  @Test
  void tooManyFramesAreWrong() {
    change(4, frames(2));
    assertFinds(
        Kind.WRONG,
        "agg-0@4: minute/2016-07-11T03:00:00Z: says 1 users in 2 frames, must say 1 users in 1");
  }

  @Test
  void aDayThatIsNotFinalSaysWhatItsClosedHoursComeTo() {
    change(6, frames(3));
    change(6, users(2));
    change(3, frames(2));
    assertFinds(
        Kind.WRONG,
        "agg-0@6: day/2016-07-11T00:00:00Z: says 2 users in 3 frames, must say 3 users in 4");
  }

  @Test
  void anHourThatClosedMeanwhileMayBeInTheDayOrNot() {
    early = 5;
    assertAgrees("day 0 right, 1 open");
  }

  @Test
  void anHourThatClosedMeanwhileMayBeMissingInTheDay() {
    early = 5;
    results.remove(6);
    assertAgrees("day 1 right");
  }

  @Test
  void aFinalDayHasAllItsFrames() {
    add(WindowKind.DAY, 0, 3, 4, true);
    add(WindowKind.WEEK, 0, 3, 4, false);
    add(WindowKind.MONTH, 0, 3, 4, false);
    assertFinds(
        Kind.MISSING, "year/2016-01-01T00:00:00Z: has no result, must have 3 users in 4 frames");
  }

  @Test
  void aWindowBeforeTheFinalOnesMustBeFinal() {
    results.remove(2);
    results.remove(2);
    change(4, users(1));
    change(4, frames(1));
    assertFinds(
        Kind.MISSING, "hour/2016-07-11T00:00:00Z: has no result, must have 2 users in 3 frames");
  }

  @Test
  void aWindowBeforeTheFinalOnesMustNotStayOpen() {
    change(0, WindowComparisonTest::opened);
    assertFinds(
        Kind.MISSING,
        "agg-0@0: minute/2016-07-11T00:00:00Z has no final result, though minutes after its end"
            + " have");
  }

  @Test
  void theNewestWindowsMayBeOpen() {
    change(4, WindowComparisonTest::opened);
    frame("d", 3 * HOUR + 1);
    results.remove(5);
    change(5, users(2));
    change(5, frames(3));
    results.remove(3);
    assertAgrees("minute 2 right, 1 open", "hour 1 right, 1 open", "day 1 right");
  }

  @Test
  void aResultWithoutFramesIsExtra() {
    add(WindowKind.MINUTE, 4 * HOUR, 1, 1, true);
    assertFinds(
        Kind.EXTRA, "agg-0@7: minute/2016-07-11T04:00:00Z has no frame, but 1 users in 1 frames");
  }

  @Test
  void framesThatCameMeanwhileMayBeInTheResults() {
    sightings.addLater(new FrameText("d", DAY + 12));
    change(0, frames(3));
    change(0, users(3));
    assertAgrees("minute 2 right, 1 changing while they were read", "hour 2 right");
  }

  @Test
  void framesThatAreDeletedMayBeInTheResults() {
    gaps.deletedUpTo(DAY);
    change(0, frames(9));
    change(0, users(3));
    assertAgrees("minute 2 right, 1 unchecked");
  }

  @Test
  void framesOfAnEarlierTopicMayBeInTheResults() {
    gaps.countedElsewhere(new Part(new Uuid(1, 1), 0, 0, 5, DAY + 3 * HOUR, Map.of(0, 5)));
    change(4, frames(6));
    change(5, frames(6));
    change(6, frames(9));
    assertAgrees("minute 2 right, 1 unchecked", "hour 1 right, 1 unchecked");
  }

  @Test
  void framesNeverFall() {
    add(WindowKind.MINUTE, 3 * HOUR, 1, 1, true);
    change(4, frames(2));
    assertFinds(
        Kind.WRONG,
        "agg-0@7: frames of minute/2016-07-11T03:00:00Z fall from 2 to 1; before it, agg-0@4");
  }

  @Test
  void aFinalResultStaysFinal() {
    change(4, WindowComparisonTest::opened);
    add(WindowKind.MINUTE, 3 * HOUR, 1, 1, true);
    add(WindowKind.MINUTE, 3 * HOUR, 1, 1, false);
    assertFinds(
        Kind.WRONG,
        "agg-0@8: minute/2016-07-11T03:00:00Z was final, and is not any more; before, agg-0@7");
  }

  @Test
  void theSameResultTwiceIsADuplicate() {
    add(WindowKind.MINUTE, 3 * HOUR, 1, 1, true);
    assertFinds(
        Kind.DUPLICATE,
        "agg-0@7: another result of minute/2016-07-11T03:00:00Z with 1 frames, after agg-0@4");
  }

  @Test
  void withDeletedResultsAMissingOneIsUnchecked() {
    deleted = true;
    results.remove(0);
    assertAgrees("minute 2 right, 1 unchecked");
  }
}
