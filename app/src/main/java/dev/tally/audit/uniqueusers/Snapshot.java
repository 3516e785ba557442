package dev.tally.audit.uniqueusers;

import dev.tally.Stop;
import dev.tally.audit.AuditSettings;
import dev.tally.audit.Cluster;
import dev.tally.audit.Scope.Range;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * What is compared with what while the job may be running. Every frame before {@code countedTo} is
 * in the results and dead letters of these ranges, as the later stages have been waited for; none
 * from {@code startedTo} on is, as the job had not come to it when the ranges ended. Frames between
 * may be in them or not. The two are equal if the job rests.
 *
 * @param topicId of the frames
 * @param frames by partition
 * @param countedTo by partition, where the group has committed an offset
 * @param startedTo the same after the ranges were taken
 * @param parts what the first stage had sent
 * @param earlyResults results whose hours the last stage has read
 * @param behind stages that did not read what the one before them had sent, in sentences
 */
record Snapshot(
    Uuid topicId,
    List<Range> frames,
    Map<Integer, Long> countedTo,
    Map<Integer, Long> startedTo,
    List<Range> parts,
    List<Range> earlyResults,
    List<Range> results,
    List<Range> letters,
    List<String> behind) {
  /** A stage that runs reads what is sent to it within a commit; one that restarts, in seconds. */
  private static final Duration CATCH_UP = Duration.ofSeconds(20);

  /** A window that is closed gets at most one further result a second. */
  private static final Duration SETTLE = Duration.ofMillis(1_500);

  /**
   * Takes a snapshot, in the order in which the frames go.
   *
   * @throws Stop if a topic is missing, or the frames end before the committed offset
   */
  static Snapshot take(Cluster cluster, AuditSettings settings) {
    Stages stages = new Stages(settings);
    Uuid topicId = cluster.topicId(settings.inputTopic());
    Map<Integer, Long> countedTo = cluster.committed(settings.groupId(), settings.inputTopic());
    var unused = cluster.readable(settings.outputTopic()); // names the topic if it is missing
    List<String> behind = new ArrayList<>();
    List<Range> parts = cluster.decided(stages.partsTopic());
    await(cluster, stages.minutesGroup(), stages.partsTopic(), parts, behind);
    Cluster.pause(SETTLE);
    List<Range> earlyResults = cluster.decided(settings.outputTopic());
    List<Range> hours = cluster.decided(stages.hoursTopic());
    await(cluster, stages.calendarGroup(), stages.hoursTopic(), hours, behind);
    Cluster.pause(SETTLE);
    List<Range> results = cluster.decided(settings.outputTopic());
    List<Range> letters = cluster.decided(settings.deadLetterTopic());
    Map<Integer, Long> startedTo = cluster.committed(settings.groupId(), settings.inputTopic());
    List<Range> frames = cluster.readable(settings.inputTopic());
    requireCommittedIsThere(settings, startedTo, frames);
    return new Snapshot(
        topicId, frames, countedTo, startedTo, parts, earlyResults, results, letters, behind);
  }

  private static void await(
      Cluster cluster, String groupId, String topic, List<Range> sent, List<String> behind) {
    if (!cluster.awaitRead(groupId, topic, sent, CATCH_UP)) {
      behind.add("the group %s has not read all of %s".formatted(groupId, topic));
    }
  }

  private static void requireCommittedIsThere(
      AuditSettings settings, Map<Integer, Long> committed, List<Range> frames) {
    committed.forEach(
        (partition, offset) -> {
          if (partition >= frames.size() || offset > frames.get(partition).end()) {
            throw Stop.refused(
                "The group %s has committed offset %d of %s-%d, which ends before it: the topic was"
                    + " re-created or lost frames, so the results are those of other frames.",
                settings.groupId(), offset, settings.inputTopic(), partition);
          }
        });
  }
}
