package dev.tally.audit.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.Findings;
import dev.tally.audit.Header;
import dev.tally.audit.Kind;
import dev.tally.audit.Message;
import dev.tally.audit.SampleAudit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** A part of the frames 10 to 19 of partition 1: three in the minute at 7200, two in the next. */
final class LatePartsTest {
  private static final Uuid TOPIC = new Uuid(7, 8);
  private static final long HOUR = 7200;

  private final Findings findings = new Findings();
  private final LateParts late = new LateParts(SampleAudit.SETTINGS, TOPIC, findings);
  private int letters;

  private static SamplePart part(Uuid topicId) {
    SamplePart part = new SamplePart(topicId, 1, 10, 20);
    part.hour = HOUR;
    part.minutes.put(0, new int[] {3, 1});
    part.minutes.put(1, new int[] {2, 2});
    return part;
  }

  private boolean take(byte[] value, Map<String, String> changed) {
    List<Header> headers = new ArrayList<>();
    Map<String, String> ours =
        new HashMap<>(
            Map.of(
                "tally.error.group", "group-minutes",
                "tally.error.topic", "agg-parts",
                "tally.error.reason", "late",
                "tally.error.partition", "0",
                "tally.error.offset", String.valueOf(letters)));
    ours.putAll(changed);
    ours.forEach((name, text) -> headers.add(new Header(name, text.getBytes(UTF_8))));
    return late.take(new Message(0, letters++, 0, null, value, headers));
  }

  private boolean has(int partition, long offset, long seconds) {
    return late.has(new Message(partition, offset, 0, null, null, List.of()), seconds);
  }

  private void assertFinds(Kind kind, String sentence) {
    assertEquals(Map.of(kind, List.of(sentence)), findings.disagreements().kept());
  }

  private void framesAsThePartSays() {
    for (int i = 0; i < 3; i++) {
      assertTrue(has(1, 10 + i, HOUR + i));
    }
    assertTrue(has(1, 18, HOUR + 60));
    assertTrue(has(1, 19, HOUR + 119));
  }

  @Test
  void theFramesOfALatePartAreThoseOfItsRangeInItsHour() {
    assertTrue(take(part(TOPIC).bytes(), Map.of()));
    framesAsThePartSays();
    assertFalse(has(0, 10, HOUR));
    assertFalse(has(1, 9, HOUR));
    assertFalse(has(1, 20, HOUR));
    assertFalse(has(1, 10, HOUR - 1));
    assertFalse(has(1, 10, HOUR + 3600));
    late.finish(List.of(0L, 0L));
    assertEquals(0, findings.disagreements().total());
    assertEquals(List.of(1L, 5L), List.of(late.parts(), late.frames()));
  }

  @Test
  void aPartThatSaysOtherNumbersIsWrong() {
    take(part(TOPIC).bytes(), Map.of());
    framesAsThePartSays();
    assertTrue(has(1, 13, HOUR + 61));
    late.finish(List.of(0L, 0L));
    assertFinds(
        Kind.WRONG,
        "data-dead-letters-0@0: the late part for minute/1970-01-01T02:01:00Z: says 2 frames, must"
            + " say 3");
  }

  @Test
  void severalPartsOfOneRangeAndHourAddUp() {
    SamplePart half = new SamplePart(TOPIC, 1, 10, 20);
    half.hour = HOUR;
    half.minutes.put(0, new int[] {3, 3});
    SamplePart rest = new SamplePart(TOPIC, 1, 10, 20);
    rest.hour = HOUR;
    rest.minutes.put(1, new int[] {2, 2});
    take(half.bytes(), Map.of());
    take(rest.bytes(), Map.of());
    framesAsThePartSays();
    late.finish(List.of(0L, 0L));
    assertEquals(0, findings.disagreements().total());
  }

  @Test
  void whatDependsOnDeletedFramesIsUnchecked() {
    take(part(TOPIC).bytes(), Map.of());
    late.finish(List.of(0L, 11L));
    assertEquals(0, findings.disagreements().total());
    assertEquals(1, findings.uncheckedCount());
  }

  @Test
  void partsOfAnEarlierTopicConcernNoFrame() {
    take(part(new Uuid(1, 1)).bytes(), Map.of());
    assertFalse(has(1, 10, HOUR));
    late.finish(List.of(0L, 0L));
    assertEquals(0, findings.disagreements().total());
  }

  @Test
  void deadLettersOfOtherStagesAreLeftAlone() {
    assertFalse(take(new byte[0], Map.of("tally.error.group", "group")));
    assertFalse(take(new byte[0], Map.of("tally.error.topic", "data")));
    assertEquals(0, findings.disagreements().total());
  }

  @Test
  void aPartHasOneDeadLetter() {
    take(part(TOPIC).bytes(), Map.of());
    take(part(TOPIC).bytes(), Map.of("tally.error.offset", "0"));
    framesAsThePartSays();
    late.finish(List.of(0L, 0L));
    assertFinds(Kind.DUPLICATE, "data-dead-letters-0@1: agg-parts-0@0 already has a dead letter");
  }

  @Test
  void anyOtherReasonIsWrong() {
    take(part(TOPIC).bytes(), Map.of("tally.error.reason", "future"));
    assertFinds(Kind.WRONG, "data-dead-letters-0@0: a part says future, must say late");
  }

  @Test
  void whatIsNoPartIsWrong() {
    take(new byte[] {2}, Map.of());
    assertFinds(Kind.WRONG, "data-dead-letters-0@0: is no part: its version is 2");
  }
}
