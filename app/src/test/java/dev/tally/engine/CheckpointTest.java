package dev.tally.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.job.Shard;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckpointTest {
  private static final Uuid TOPIC = Uuid.fromString("AAAAAAAAAAAAAAAAAAAAAQ");
  private static final String WHERE = "data-0 offset 7";

  private static Stop refusal(String text) {
    Stop stop = assertThrows(Stop.class, () -> Checkpoint.parse(text, WHERE), text);
    assertEquals(Stop.Reason.REFUSED, stop.reason());
    assertTrue(String.valueOf(stop.getMessage()).startsWith(WHERE), stop.getMessage());
    return stop;
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        1_674_744_306_978_004_000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1
      })
  void aCheckpointIsReadBackAsItWasCommitted(long clock) {
    for (String fingerprint : new String[] {"semantics=1 window=600000ms", "", "ä b"}) {
      Checkpoint checkpoint = new Checkpoint(TOPIC, 999_999_999_999_999_999L, clock, fingerprint);
      assertEquals(checkpoint, Checkpoint.parse(checkpoint.text(), WHERE));
    }
  }

  @Test
  void itsTextIsAsDrawnInTheJavadoc() {
    assertEquals(
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;5;6;f=1", new Checkpoint(TOPIC, 5, 6, "f=1").text());
    assertEquals(
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;5;-;f=1",
        new Checkpoint(TOPIC, 5, Shard.NO_CLOCK, "f=1").text());
    assertEquals(
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;5;?;f=1",
        new Checkpoint(TOPIC, 5, Checkpoint.UNKNOWN_CLOCK, "f=1").text());
  }

  @Test
  void aMemoFollowsTheFingerprintWhereThereIsOne() {
    Checkpoint checkpoint = new Checkpoint(TOPIC, 5, 6, "f=1", "1467,AbC-_");
    assertEquals("tally/1;AAAAAAAAAAAAAAAAAAAAAQ;5;6;f=1;1467,AbC-_", checkpoint.text());
    assertEquals(checkpoint, Checkpoint.parse(checkpoint.text(), WHERE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "1.1", "10", "beta"})
  void anotherVersionIsRefusedAndNamed(String version) {
    Stop stop = refusal("tally/" + version + ";something new;and more");
    assertTrue(String.valueOf(stop.getMessage()).contains("metadata " + version), stop.toString());
    assertEquals(stop.getMessage(), refusal("tally/" + version + ";id;1;2;f").getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "x", "tally", "tally/1", "tally/;", "{\"a\":1}", "Tally/1;a;1;2;f"})
  void metadataOfAnotherProgramIsRefusedAndQuoted(String text) {
    String said = String.valueOf(refusal(text).getMessage());
    assertTrue(said.contains("another program") && said.contains(text), said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tally/1;",
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;5;6",
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;-5;6;f",
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;5;+;f",
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;;6;f",
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;5;9223372036854775808;f",
        "tally/1;AAAA;5;6;f",
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;5;6;f;memo;more",
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;5;6;f;",
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;05;6;f",
        "tally/1;AAAAAAAAAAAAAAAAAAAAAR;5;6;f",
        "tally/1;not an id;5;6;f",
        "tally/1;AAAAAAAAAAAAAAAAAAAAAQ;1234567890123456789;6;f"
      })
  void damageIsRefusedAndQuoted(String text) {
    String said = String.valueOf(refusal(text).getMessage());
    assertTrue(said.contains("damaged") && said.contains(text), said);
  }

  @Test
  void theLongestCheckpointFitsIntoKafkasLimit() {
    String fingerprint = "semantics=1 window=315360000000ms grace=315360000000ms".repeat(3);
    String text = new Checkpoint(TOPIC, Long.MAX_VALUE, Long.MAX_VALUE, fingerprint).text();
    assertTrue(text.length() < 4_096);
  }
}
