package dev.tally.audit.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.DeadLetters;
import dev.tally.audit.Findings;
import dev.tally.audit.Kind;
import dev.tally.audit.Message;
import dev.tally.audit.Reason;
import dev.tally.audit.SampleAudit;
import dev.tally.audit.Scope;
import dev.tally.audit.Scope.InputRange;
import dev.tally.audit.Scope.Range;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** Live frames in one partition, all stamped with the same time. */
final class FramesTest {
  private static final long NOW = 1_468_244_340;
  private static final Rules RULES =
      new Rules(Duration.ZERO, Duration.ofHours(1), Optional.of(Duration.ofHours(1)));
  private static final Uuid TOPIC = new Uuid(1, 2);

  private final Findings findings = new Findings();
  private final Gaps gaps = new Gaps();
  private final List<Message> frames = new ArrayList<>();
  private final List<Message> letters = new ArrayList<>();
  private final LateParts late = new LateParts(SampleAudit.SETTINGS, TOPIC, findings);
  private long begin;
  private long start;
  private long countedTo = Long.MAX_VALUE;

  private Message frame(String value, long stampMillis) {
    long offset = begin + frames.size();
    Message frame = new Message(0, offset, stampMillis, null, value.getBytes(UTF_8), List.of());
    frames.add(frame);
    return frame;
  }

  private Message frame(String uid, int secondsAgo) {
    return frame("{\"uid\":\"%s\",\"ts\":%d}".formatted(uid, NOW - secondsAgo), NOW * 1000);
  }

  private void letter(Message frame, String reason) {
    letters.add(
        new Message(
            0,
            letters.size(),
            0,
            frame.key,
            frame.value,
            SampleAudit.headers(frame, Map.of("tally.error.reason", reason))));
  }

  private Frames read() {
    long end = begin + frames.size();
    Scope scope =
        new Scope(
            List.of(new InputRange(begin, Math.max(begin, start), Math.min(countedTo, end), end)),
            List.of(new Range(0, 0)),
            List.of(new Range(0, letters.size())),
            true);
    DeadLetters read = new DeadLetters(SampleAudit.SETTINGS, scope, findings);
    letters.forEach(read::add);
    Frames all = new Frames(RULES, scope, new boolean[] {begin > 0}, read, late, gaps, findings);
    frames.forEach(all::add);
    all.finish();
    read.finish();
    return all;
  }

  private static Map<Window, Count> minutes(Frames frames) {
    return frames.sightings().minutes().counts(frames.sightings().hashes());
  }

  private static Map<Window, Count> inThisMinute(long count, long later, long users) {
    return Map.of(Window.of(WindowKind.MINUTE, NOW), new Count(count, later, Users.exactly(users)));
  }

  private void assertFinds(Kind kind, String sentence) {
    assertEquals(Map.of(kind, List.of(sentence)), findings.disagreements().kept());
  }

  @Test
  void aFrameCountsOrHasADeadLetter() {
    frame("a", 0);
    letter(frame("{}", NOW * 1000), "unreadable");
    frame("b", -1);
    letter(frame("c", -3601), "future");
    frame("a", -2);
    Frames read = read();
    assertEquals(Map.of(), findings.disagreements().kept());
    assertEquals(Map.of(Reason.UNREADABLE, 1L, Reason.FUTURE, 1L), findings.deadLetters());
    assertEquals(List.of(5L, 3L), List.of(read.read(), read.counted()));
    assertEquals(inThisMinute(3, 0, 2), minutes(read));
  }

  @Test
  void aMissingDeadLetterIsNamed() {
    frame("{\"ts\":1}", NOW * 1000);
    var unused = read();
    assertFinds(
        Kind.MISSING,
        "data-0@0: has no dead letter, must have one that says unreadable: uid is missing");
  }

  @Test
  void aDeadLetterOfAFrameThatCountsIsExtra() {
    letter(frame("a", 0), "late");
    var unused = read();
    assertFinds(Kind.EXTRA, "data-dead-letters-0@0: says late, but data-0@0 counts");
  }

  @Test
  void framesAfterTheCommittedOffsetMayCount() {
    frame("a", 0);
    frame("b", 0);
    frame("{}", NOW * 1000);
    countedTo = 1;
    Frames read = read();
    assertEquals(inThisMinute(1, 1, 1), minutes(read));
    assertEquals(2, findings.pendingRows());
    assertEquals(0, findings.disagreements().total());
  }

  @Test
  void framesBeforeTheFirstOneThatWasReadAreInNoWindow() {
    frame("a", 0);
    frame("{}", NOW * 1000);
    frame("b", 0);
    start = 2;
    assertEquals(inThisMinute(1, 0, 1), minutes(read()));
    assertEquals(2, findings.rowsBeforeStart());
    assertEquals(0, findings.disagreements().total());
  }

  @Test
  void theirTimesStillTellWhereAHistoryIs() {
    for (int i = 0; i < RecentTimes.SIZE; i++) {
      frame("a", 0);
    }
    long yearAfter = (NOW + 365 * 86_400) * 1000;
    letter(frame("{\"uid\":\"b\",\"ts\":%d}".formatted(NOW - 3601), yearAfter), "late");
    start = RecentTimes.SIZE;
    assertEquals(Map.of(), minutes(read()));
    assertEquals(Map.of(Reason.LATE, 1L), findings.deadLetters());
    assertEquals(0, findings.disagreements().total());
  }

  @Test
  void framesOfALatePartAreInNoWindow() {
    SamplePart part = new SamplePart(TOPIC, 0, 0, 2);
    part.hour = WindowKind.HOUR.start(NOW);
    part.minutes.put((int) (NOW / 60 % 60), new int[] {2, 2});
    Map<String, String> headers =
        new HashMap<>(
            Map.of("tally.error.group", "group-minutes", "tally.error.topic", "agg-parts"));
    headers.put("tally.error.reason", "late");
    Message about = new Message(0, 5, 0, null, part.bytes(), List.of());
    assertTrue(
        late.take(new Message(0, 0, 0, null, part.bytes(), SampleAudit.headers(about, headers))));
    frame("a", 0);
    frame("b", 0);
    frame("c", 0);
    assertEquals(inThisMinute(1, 0, 1), minutes(read()));
    late.finish(List.of(0L));
    assertEquals(0, findings.disagreements().total());
  }

  @Test
  void afterDeletedFramesADeadLetterIsBelieved() {
    begin = 7;
    long yearAfter = (NOW + 365 * 86_400) * 1000;
    letter(frame("{\"uid\":\"b\",\"ts\":%d}".formatted(NOW), yearAfter), "late");
    frame("{\"uid\":\"b\",\"ts\":%d}".formatted(NOW), yearAfter);
    assertEquals(inThisMinute(1, 0, 1), minutes(read()));
    assertEquals(1, findings.uncheckedCount());
    assertEquals(0, findings.disagreements().total());
    long slack = RULES.lateMax().toSeconds() + 86_400;
    assertTrue(gaps.mayBeIn(Window.of(WindowKind.MINUTE, NOW + slack)));
    assertFalse(gaps.mayBeIn(Window.of(WindowKind.MINUTE, NOW + slack + 60)));
  }

  @Test
  void ifNoFrameIsLeftAnyWindowMayHaveHadSome() {
    begin = 7;
    var unused = read();
    assertTrue(gaps.mayBeIn(Window.of(WindowKind.MINUTE, 99_999_999_999L)));
  }
}
