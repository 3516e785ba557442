package dev.tally.audit.rollingsum;

import dev.tally.Stop;
import dev.tally.audit.AuditSettings;
import dev.tally.audit.Cluster;
import dev.tally.audit.Findings;
import dev.tally.audit.Message;
import dev.tally.audit.Progress;
import dev.tally.audit.Report;
import dev.tally.audit.Scope;
import dev.tally.audit.Scope.Range;
import dev.tally.audit.TopicReader;
import dev.tally.kafka.Connection;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;

/** Reads the three topics of a rolling sum, rows and answers side by side, and compares them. */
public final class Audit {
  private final Scope scope;
  private final Comparison comparison;
  private final Progress progress;
  private final TopicReader letters;
  private final TopicReader rows;
  private final TopicReader answers;

  private Audit(
      Scope scope,
      Comparison comparison,
      Progress progress,
      TopicReader letters,
      TopicReader rows,
      TopicReader answers) {
    this.scope = scope;
    this.comparison = comparison;
    this.progress = progress;
    this.letters = letters;
    this.rows = rows;
    this.answers = answers;
  }

  /**
   * Audits what the job has committed by now. The job may be running.
   *
   * @throws Stop if Kafka cannot be read, or what is there cannot be judged by these settings
   */
  public static Report run(AuditSettings settings, Rules rules, Progress progress) {
    try (Cluster cluster = new Cluster(settings)) {
      Scope scope = cluster.scope();
      Findings findings = new Findings();
      Comparison comparison = new Comparison(settings, rules, scope, findings);
      try (TopicReader letters = cluster.reader(settings.deadLetterTopic());
          TopicReader rows = cluster.reader(settings.inputTopic());
          TopicReader answers = cluster.reader(settings.outputTopic())) {
        new Audit(scope, comparison, progress, letters, rows, answers).compare();
      }
      if (findings.missingOrDuplicate()) {
        cluster.risk().ifPresent(findings::note);
      }
      return findings.report(scope);
    } catch (KafkaException e) {
      throw Connection.failed(settings.clients(), "read the topics", e);
    }
  }

  private void compare() {
    letters.read(scope.deadLetters());
    while (!letters.done()) {
      letters.poll(comparison::deadLetter);
      report();
    }
    if (Places.of(scope).same()) {
      // Partition by partition, so that little has to wait for its partner.
      for (int partition = 0; partition < scope.input().size(); partition++) {
        rows.read(partition, scope.rows().get(partition));
        answers.read(partition, scope.answers().get(partition));
        compareRowsAndAnswers();
      }
    } else {
      rows.read(scope.rows());
      answers.read(scope.answers());
      compareRowsAndAnswers();
    }
    comparison.finish(this::readAgain);
  }

  private void compareRowsAndAnswers() {
    while (!rows.done() || !answers.done()) {
      if (answers.done() || (!rows.done() && comparison.wantsRows())) {
        rows.poll(comparison::row);
      } else {
        answers.poll(comparison::answer);
      }
      report();
    }
  }

  private void readAgain(Consumer<Message> sink) {
    long passedBefore = rows.passed();
    rows.read(scope.rows());
    while (!rows.done()) {
      rows.poll(sink);
      progress.at(rows.passed() - passedBefore, Range.length(scope.rows()));
    }
  }

  private void report() {
    progress.at(letters.passed() + rows.passed() + answers.passed(), scope.length());
  }
}
