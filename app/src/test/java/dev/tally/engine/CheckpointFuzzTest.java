package dev.tally.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.fuzz.FuzzTarget;
import dev.tally.job.Shard;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Any text that a commit carries gives a beginning, or a stop that says what it is. */
final class CheckpointFuzzTest implements FuzzTarget {
  private static final TopicPartition PARTITION = new TopicPartition("data", 0);
  private static final Uuid TOPIC = Uuid.fromString("AAAAAAAAAAAAAAAAAAAAAQ");
  private static final String FINGERPRINT = "semantics=1 window=600000ms";
  private static final long ANSWERED_TO = 50;
  private static final StartPoint.Rules RULES =
      new StartPoint.Rules(FINGERPRINT, false, false, false);

  @Override
  public int inputs() {
    return 50_000;
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            new Checkpoint(TOPIC, 7, 1_795_191_575_500_000_000L, FINGERPRINT).text(),
            new Checkpoint(TOPIC, 0, Shard.NO_CLOCK, FINGERPRINT).text(),
            new Checkpoint(TOPIC, 50, Checkpoint.UNKNOWN_CLOCK, FINGERPRINT).text(),
            new Checkpoint(TOPIC, 51, 1, FINGERPRINT).text(),
            new Checkpoint(new Uuid(5, 6), 999_999_999_999_999_999L, Long.MAX_VALUE, "").text(),
            "tally/2;something;else",
            "tally/1;" + "x;".repeat(2_000),
            ";".repeat(4_000),
            "x")
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }

  @Override
  public List<String> tokens() {
    return List.of(
        "tally/1;",
        "tally/2;",
        "tally/",
        "/",
        ";",
        ";;",
        "1",
        "2",
        "01",
        "-1",
        "+1",
        "-",
        "?",
        "0",
        "50",
        "51",
        "00000000000000000050",
        "999999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "9999999999999999999",
        "\u0661",
        "AAAAAAAAAAAAAAAAAAAAAQ",
        "AAAAAAAAAAAAAAAAAAAAAR",
        "AAAAAAAAAAAAAAAAAAAAAQ==",
        "",
        "\n",
        "%s",
        "%",
        "\ud83d\ude00",
        FINGERPRINT);
  }

  @Override
  public boolean accepts(byte[] input) {
    String text = new String(input, UTF_8);
    PartitionInfo found =
        new PartitionInfo(
            TOPIC, 1, 0, 100, 0, new OffsetAndMetadata(ANSWERED_TO, Optional.empty(), text));
    try {
      StartPoint start = StartPoint.decide(PARTITION, found, null, RULES);
      assertTrue(start.from() >= 0 && start.from() <= ANSWERED_TO, start.toString());
      assertEquals(ANSWERED_TO, start.answeredTo());
    } catch (Stop stop) {
      assertEquals(Stop.Reason.REFUSED, stop.reason());
      assertTrue(String.valueOf(stop.getMessage()).contains("data-0"), stop.getMessage());
    }
    try {
      assertEquals(text, Checkpoint.parse(text, "data-0 offset 50").text());
      return true;
    } catch (Stop stop) {
      assertEquals(Stop.Reason.REFUSED, stop.reason());
      return false;
    }
  }
}
