package dev.tally.engine;

import dev.tally.Stop;
import dev.tally.job.Shard;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;

/**
 * What every committed offset carries as its metadata, so that a machine without saved state can go
 * on exactly. Its text, of which Kafka keeps up to 4,096 characters:
 *
 * <pre>
 *   tally/1;TOPIC-ID;REPLAY-OFFSET;CLOCK;FINGERPRINT
 *   tally/1;TOPIC-ID;REPLAY-OFFSET;CLOCK;FINGERPRINT;MEMO    where there is a memo
 * </pre>
 *
 * @param topicId the topic that the offset belongs to: one created anew under the same name has
 *     another
 * @param replayFrom replay offset: a replay from here gives the state at the committed offset
 * @param clockNanos the clock at the committed offset; {@link Shard#NO_CLOCK} (`-`) if no record
 *     was accepted yet, {@link #UNKNOWN_CLOCK} (`?`) until the first replay has reached the offset
 *     where the group was told to begin
 * @param fingerprint the settings that shape state
 * @param memo what wall time has decided ({@link Shard#memo}); empty for none
 */
record Checkpoint(Uuid topicId, long replayFrom, long clockNanos, String fingerprint, String memo) {
  static final long UNKNOWN_CLOCK = Long.MIN_VALUE + 1;

  private static final String VERSION = "1";
  private static final Pattern FORM =
      Pattern.compile(
          "tally/([^;]+);(?:([^;]+);(\\d{1,18});(-|\\?|\\d{1,19});([^;]*)(?:;([^;]+))?)?.*",
          Pattern.DOTALL);

  Checkpoint(Uuid topicId, long replayFrom, long clockNanos, String fingerprint) {
    this(topicId, replayFrom, clockNanos, fingerprint, "");
  }

  String text() {
    String clock =
        clockNanos == Shard.NO_CLOCK
            ? "-"
            : clockNanos == UNKNOWN_CLOCK ? "?" : Long.toString(clockNanos);
    String text =
        "tally/" + VERSION + ";" + topicId + ";" + replayFrom + ";" + clock + ";" + fingerprint;
    return memo.isEmpty() ? text : text + ";" + memo;
  }

  /**
   * Reads the metadata of a committed offset.
   *
   * @param where the partition and offset, for the message
   * @throws Stop if it is of another program or version, or damaged; it is never treated as absent
   */
  static Checkpoint parse(String text, String where) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw Stop.refused(
          "%s was committed by another program, with the metadata '%s'. Choose another --group.id.",
          where, text);
    }
    if (!matcher.group(1).equals(VERSION)) {
      throw Stop.refused(
          "%s was committed by another version of tally (metadata %s, this one writes %s)."
              + " Run that version, or reset the group's offsets to begin anew.",
          where, matcher.group(1), VERSION);
    }
    try {
      if (matcher.group(2) != null) {
        long clock =
            switch (matcher.group(4)) {
              case "-" -> Shard.NO_CLOCK;
              case "?" -> UNKNOWN_CLOCK;
              default -> Long.parseLong(matcher.group(4));
            };
        Checkpoint read =
            new Checkpoint(
                Uuid.fromString(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                clock,
                matcher.group(5),
                matcher.group(6) == null ? "" : matcher.group(6));
        if (read.text().equals(text)) {
          return read;
        }
      }
    } catch (IllegalArgumentException e) {
      // told below, like any other damage
    }
    throw Stop.refused(
        "%s carries damaged metadata: '%s'. Reset the group's offsets to begin anew.", where, text);
  }
}
