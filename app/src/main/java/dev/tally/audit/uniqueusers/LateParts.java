package dev.tally.audit.uniqueusers;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.Findings;
import dev.tally.audit.Kind;
import dev.tally.audit.Message;
import dev.tally.audit.Unusable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The parts that reached the second stage too late: their frames count in no window. Each is a dead
 * letter of that stage. The order of calls: {@link #take} for every dead letter, then {@link #has}
 * for every frame that counted, then {@link #finish}.
 */
final class LateParts {
  private static final int MINUTES_OF_HOUR = 60;

  /** All late parts of one commit that have one hour. */
  private static final class Late {
    final String at;
    final long to;
    final long[] said = new long[MINUTES_OF_HOUR];
    final long[] found = new long[MINUTES_OF_HOUR];

    Late(String at, long to) {
      this.at = at;
      this.to = to;
    }
  }

  private final AuditSettings settings;
  private final Stages stages;
  private final Uuid topicId;
  private final Findings findings;
  private final Set<String> sources = new HashSet<>();

  /** By partition, first offset of the commit, and hour. */
  private final Map<Integer, TreeMap<Long, Map<Long, Late>>> byPartition = new HashMap<>();

  private long parts;
  private long frames;

  /**
   * None so far.
   *
   * @param topicId of the frames; parts of an earlier topic of that name are none of these
   */
  LateParts(AuditSettings settings, Uuid topicId, Findings findings) {
    this.settings = settings;
    this.stages = new Stages(settings);
    this.topicId = topicId;
    this.findings = findings;
  }

  /**
   * Takes a record of the dead-letter topic, if it is one of the second stage.
   *
   * @return false if it is not
   */
  boolean take(Message letter) {
    if (!stages.minutesGroup().equals(letter.header("tally.error.group"))
        || !stages.partsTopic().equals(letter.header("tally.error.topic"))) {
      return false;
    }
    String at = settings.deadLetterTopic() + "-" + letter.partition + "@" + letter.offset;
    String reason = letter.header("tally.error.reason");
    String source =
        letter.header("tally.error.partition") + "@" + letter.header("tally.error.offset");
    if (!"late".equals(reason)) {
      findings.disagreement(Kind.WRONG, "%s: a part says %s, must say late", at, reason);
    } else if (!sources.add(source)) {
      findings.disagreement(
          Kind.DUPLICATE, "%s: %s-%s already has a dead letter", at, stages.partsTopic(), source);
    } else {
      try {
        add(at, Part.parse(letter.value));
      } catch (Unusable e) {
        findings.disagreement(Kind.WRONG, "%s: is no part: %s", at, e.getMessage());
      }
    }
    return true;
  }

  private void add(String at, Part part) {
    parts++;
    if (!part.topicId().equals(topicId)) {
      return; // its frames are not among those that are recounted
    }
    Late late =
        byPartition
            .computeIfAbsent(part.partition(), p -> new TreeMap<>())
            .computeIfAbsent(part.from(), from -> new HashMap<>())
            .computeIfAbsent(part.hour(), hour -> new Late(at, part.to()));
    if (late.to != part.to()) {
      findings.disagreement(
          Kind.DUPLICATE,
          "%s: is about frames %s to %d, of which %s has those to %d",
          at,
          settings.rowAt(part.partition(), part.from()),
          part.to(),
          late.at,
          late.to);
      return;
    }
    part.frames().forEach((minute, count) -> late.said[minute] += count);
  }

  /** Whether a frame that counted came too late for its windows; counts it if so. */
  boolean has(Message frame, long seconds) {
    Late late = find(frame, WindowKind.HOUR.start(seconds));
    if (late == null) {
      return false;
    }
    frames++;
    late.found[(int) (seconds / WindowKind.MINUTE_SECONDS % MINUTES_OF_HOUR)]++;
    return true;
  }

  private @Nullable Late find(Message frame, long hour) {
    TreeMap<Long, Map<Long, Late>> ranges = byPartition.get(frame.partition);
    var range = ranges == null ? null : ranges.floorEntry(frame.offset);
    Late late = range == null ? null : range.getValue().get(hour);
    return late != null && frame.offset < late.to ? late : null;
  }

  /**
   * Compares what the parts say with the frames that turned up.
   *
   * @param begins the first frames that are still there, by partition
   */
  void finish(List<Long> begins) {
    byPartition.forEach(
        (partition, ranges) ->
            ranges.forEach(
                (from, hours) ->
                    hours.forEach(
                        (hour, late) -> {
                          if (partition < begins.size() && from < begins.get(partition)) {
                            findings.unchecked();
                          } else {
                            compare(new ArrayList<>(), hour, late);
                          }
                        })));
  }

  private void compare(List<String> wrong, long hour, Late late) {
    for (int minute = 0; minute < MINUTES_OF_HOUR; minute++) {
      if (late.said[minute] != late.found[minute]) {
        wrong.add(
            "%s: says %d frames, must say %d"
                .formatted(
                    Window.of(WindowKind.MINUTE, hour + (long) minute * WindowKind.MINUTE_SECONDS),
                    late.said[minute],
                    late.found[minute]));
      }
    }
    if (!wrong.isEmpty()) {
      findings.disagreement(
          Kind.WRONG, "%s: the late part for %s", late.at, String.join("; ", wrong));
    }
  }

  /** How many parts came too late. */
  long parts() {
    return parts;
  }

  /** How many frames that counted came too late with them. */
  long frames() {
    return frames;
  }
}
