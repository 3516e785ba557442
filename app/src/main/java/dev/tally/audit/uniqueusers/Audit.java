package dev.tally.audit.uniqueusers;

import dev.tally.Stop;
import dev.tally.audit.AuditSettings;
import dev.tally.audit.Cluster;
import dev.tally.audit.DeadLetters;
import dev.tally.audit.Findings;
import dev.tally.audit.Kind;
import dev.tally.audit.Message;
import dev.tally.audit.Progress;
import dev.tally.audit.Scope;
import dev.tally.audit.Scope.InputRange;
import dev.tally.audit.Scope.Range;
import dev.tally.audit.TopicReader;
import dev.tally.audit.Unusable;
import dev.tally.kafka.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;

/** Reads the topics of unique-users one after the other, and compares windows with frames. */
public final class Audit {
  private final AuditSettings settings;
  private final Rules rules;
  private final Cluster cluster;
  private final Progress progress;
  private final Snapshot snapshot;
  private final Findings findings = new Findings();
  private final Gaps gaps = new Gaps();

  /** The first offset that the job counted, by partition. */
  private final Map<Integer, Long> firstCounted = new HashMap<>();

  private final long toPass;
  private long passed;

  private Audit(AuditSettings settings, Rules rules, Cluster cluster, Progress progress) {
    this.settings = settings;
    this.rules = rules;
    this.cluster = cluster;
    this.progress = progress;
    this.snapshot = Snapshot.take(cluster, settings);
    this.toPass =
        Range.length(snapshot.parts())
            + Range.length(snapshot.letters())
            + Range.length(snapshot.frames())
            + Range.length(snapshot.results());
  }

  /**
   * Audits what the job has counted by now. The job may be running.
   *
   * @throws Stop if Kafka cannot be read, or what is there cannot be judged by these settings
   */
  public static WindowsReport run(AuditSettings settings, Rules rules, Progress progress) {
    try (Cluster cluster = new Cluster(settings)) {
      return new Audit(settings, rules, cluster, progress).compare();
    } catch (KafkaException e) {
      throw Connection.failed(settings.clients(), "read the topics", e);
    }
  }

  private WindowsReport compare() {
    read(new Stages(settings).partsTopic(), snapshot.parts(), this::part);
    Scope scope = scope();
    DeadLetters letters = new DeadLetters(settings, scope, findings);
    LateParts late = new LateParts(settings, snapshot.topicId(), findings);
    read(
        settings.deadLetterTopic(),
        snapshot.letters(),
        letter -> {
          if (!late.take(letter)) {
            letters.add(letter);
          }
        });
    Frames frames = new Frames(rules, scope, countedBefore(scope), letters, late, gaps, findings);
    read(settings.inputTopic(), framesToRead(), frames::add);
    frames.finish();
    letters.finish();
    late.finish(snapshot.frames().stream().map(Range::begin).toList());
    Results results = new Results(settings, snapshot.earlyResults(), findings);
    read(settings.outputTopic(), snapshot.results(), results::add);
    scope.notes(settings).forEach(findings::note);
    return report(frames, late, unverifiable(scope), windows(frames, results));
  }

  private Map<WindowKind, KindReport> windows(Frames frames, Results results) {
    if (!snapshot.behind().isEmpty()) {
      return Map.of();
    }
    boolean deleted = snapshot.results().stream().anyMatch(range -> range.begin() > 0);
    return new WindowComparison(rules, results, gaps, deleted, findings)
        .compare(frames.sightings());
  }

  private List<String> unverifiable(Scope scope) {
    List<String> reasons = new ArrayList<>();
    if (!scope.groupHasCommitted()) {
      reasons.add("the group has committed no offset, so no frame needs to count yet");
    }
    snapshot.behind().forEach(stage -> reasons.add(stage + ": verify again when it has"));
    return reasons;
  }

  private WindowsReport report(
      Frames frames, LateParts late, List<String> unverifiable, Map<WindowKind, KindReport> kinds) {
    if (findings.missingOrDuplicate()) {
      cluster.risk().ifPresent(findings::note);
    }
    return new WindowsReport(
        frames.read(),
        frames.counted(),
        findings.deadLetters(),
        late.parts(),
        late.frames(),
        findings.pendingRows(),
        findings.rowsBeforeStart(),
        findings.uncheckedCount(),
        kinds,
        findings.disagreements(),
        findings.notes(),
        unverifiable);
  }

  /** Takes a record of the first stage's output. */
  private void part(Message message) {
    try {
      Part part = Part.parse(message.value);
      if (part.topicId().equals(snapshot.topicId())) {
        firstCounted.merge(part.partition(), part.from(), Math::min);
      } else {
        gaps.countedElsewhere(part);
      }
    } catch (Unusable e) {
      findings.disagreement(
          Kind.WRONG,
          "%s-%d@%d: is no part: %s",
          new Stages(settings).partsTopic(),
          message.partition,
          message.offset,
          e.getMessage());
    }
  }

  /** Where each partition's frames begin to count, and up to where all of them must. */
  private Scope scope() {
    boolean partsDeleted = partsDeleted();
    if (partsDeleted) {
      findings.note(
          "the first records of %s are deleted: it is assumed that the job has read every frame"
              .formatted(new Stages(settings).partsTopic()));
    }
    List<InputRange> input = new ArrayList<>();
    for (int p = 0; p < snapshot.frames().size(); p++) {
      Range frames = snapshot.frames().get(p);
      long first = partsDeleted ? frames.begin() : firstCounted.getOrDefault(p, frames.begin());
      long start = Math.max(frames.begin(), first);
      long to = snapshot.countedTo().getOrDefault(p, start);
      input.add(new InputRange(frames.begin(), start, to, frames.end()));
    }
    return new Scope(
        input, snapshot.results(), snapshot.letters(), !snapshot.countedTo().isEmpty());
  }

  /** Whether it cannot be told any more where the job began. */
  private boolean partsDeleted() {
    return snapshot.parts().stream().anyMatch(range -> range.begin() > 0);
  }

  /** Whether frames that are deleted were counted, by partition. */
  private boolean[] countedBefore(Scope scope) {
    boolean[] counted = new boolean[scope.input().size()];
    for (int p = 0; p < counted.length; p++) {
      long begin = scope.input().get(p).begin();
      counted[p] = begin > 0 && (partsDeleted() || firstCounted.getOrDefault(p, 0L) < begin);
    }
    return counted;
  }

  /** Frames that the job had not come to are in no result, and need not be read. */
  private List<Range> framesToRead() {
    List<Range> ranges = new ArrayList<>();
    for (int p = 0; p < snapshot.frames().size(); p++) {
      long begin = snapshot.frames().get(p).begin();
      long end = Math.max(begin, snapshot.startedTo().getOrDefault(p, begin));
      ranges.add(new Range(begin, end));
    }
    return ranges;
  }

  private void read(String topic, List<Range> ranges, Consumer<Message> sink) {
    if (ranges.isEmpty()) {
      return;
    }
    try (TopicReader reader = cluster.reader(topic)) {
      reader.read(ranges);
      long before = passed;
      while (!reader.done()) {
        reader.poll(sink);
        passed = before + reader.passed();
        progress.at(passed, toPass);
      }
    }
  }
}
