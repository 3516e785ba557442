package dev.tally.audit.rollingsum;

import dev.tally.Stop;
import dev.tally.audit.AuditSettings;
import dev.tally.audit.Cluster;
import dev.tally.audit.Message;
import dev.tally.audit.Progress;
import dev.tally.audit.Report;
import dev.tally.audit.Scope;
import dev.tally.audit.Scope.Range;
import dev.tally.audit.TopicReader;
import dev.tally.kafka.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;

/** Reads the three topics in lockstep and compares them. */
public final class Audit {
  private final AuditSettings settings;
  private final Rules rules;
  private final Progress progress;
  private final Scope scope;
  private final TopicReader letters;
  private final TopicReader rows;
  private final TopicReader answers;

  private Audit(
      AuditSettings settings,
      Rules rules,
      Progress progress,
      Scope scope,
      TopicReader letters,
      TopicReader rows,
      TopicReader answers) {
    this.settings = settings;
    this.rules = rules;
    this.progress = progress;
    this.scope = scope;
    this.letters = letters;
    this.rows = rows;
    this.answers = answers;
  }

  /**
   * Audits what the job has committed by now; the job may be running.
   *
   * @throws Stop if Kafka cannot be read, or what is there cannot be judged by these settings
   */
  public static Report run(AuditSettings settings, Rules rules, Progress progress) {
    try (Cluster cluster = new Cluster(settings)) {
      Scope scope = cluster.scope();
      try (TopicReader letters = cluster.reader(settings.deadLetterTopic());
          TopicReader rows = cluster.reader(settings.inputTopic());
          TopicReader answers = cluster.reader(settings.outputTopic())) {
        Report report =
            new Audit(settings, rules, progress, scope, letters, rows, answers).compare();
        return report.missingOrDouble() ? report.noting(cluster.risk()) : report;
      }
    } catch (KafkaException e) {
      throw Connection.failed(settings.clients(), "read the topics", e);
    }
  }

  private Report compare() {
    Comparison comparison = new Comparison(settings, rules, scope);
    letters.read(ranges(scope.deadLetters()));
    while (!letters.done()) {
      letters.poll(comparison::deadLetter);
      report();
    }
    for (Step step : steps()) {
      rows.read(step.rows);
      answers.read(step.answers);
      while (!rows.done() || !answers.done()) {
        if (answers.done() || (!rows.done() && comparison.wantsRows())) {
          rows.poll(comparison::row);
        } else {
          answers.poll(comparison::answer);
        }
        report();
      }
    }
    return comparison.finish(this::readAgain);
  }

  /** What is read side by side. */
  private record Step(Map<Integer, Range> rows, Map<Integer, Range> answers) {}

  /** Partition by partition where answers stand in their row's, since then little has to wait. */
  private List<Step> steps() {
    Map<Integer, Range> allRows = ranges(inputRanges());
    Map<Integer, Range> allAnswers = ranges(scope.answers());
    if (!scope.samePartitions()) {
      return List.of(new Step(allRows, allAnswers));
    }
    List<Step> steps = new ArrayList<>();
    allRows.forEach(
        (partition, range) ->
            steps.add(
                new Step(
                    Map.of(partition, range), Map.of(partition, scope.answers().get(partition)))));
    return steps;
  }

  private void readAgain(Consumer<Message> sink) {
    long passedBefore = rows.passed();
    rows.read(ranges(inputRanges()));
    while (!rows.done()) {
      rows.poll(sink);
      progress.at(rows.passed() - passedBefore, length(inputRanges()));
    }
  }

  private void report() {
    progress.at(
        letters.passed() + rows.passed() + answers.passed(),
        length(scope.deadLetters()) + length(inputRanges()) + length(scope.answers()));
  }

  private static long length(List<Range> ranges) {
    return ranges.stream().mapToLong(range -> range.end() - range.begin()).sum();
  }

  private List<Range> inputRanges() {
    return scope.input().stream().map(range -> new Range(range.begin(), range.end())).toList();
  }

  private static Map<Integer, Range> ranges(List<Range> byPartition) {
    Map<Integer, Range> ranges = new LinkedHashMap<>();
    for (int partition = 0; partition < byPartition.size(); partition++) {
      ranges.put(partition, byPartition.get(partition));
    }
    return ranges;
  }
}
