package dev.tally.demo;

import java.time.Duration;

/** Turns what the broker and the answers tell at two moments into rates. */
final class Meter {
  private final Gauges gauges;
  private final AnswerReader reader;
  private final long startNanos = System.nanoTime();
  private long lastNanos = startNanos;
  private long lastRows;
  private long lastAnswers;

  Meter(Gauges gauges, AnswerReader reader) {
    this.gauges = gauges;
    this.reader = reader;
  }

  /** The state now and the rates since the last call. */
  Snapshot read() throws InterruptedException {
    // In this order, so that the lag is never below zero.
    long committed = gauges.committedRows();
    long rows = gauges.rows();
    AnswerReader.Progress progress = reader.progress();
    long nowNanos = System.nanoTime();
    double seconds = Math.max(1, nowNanos - lastNanos) / 1e9;
    Snapshot snapshot =
        new Snapshot(
            Duration.ofNanos(nowNanos - startNanos),
            rows,
            Math.round((rows - lastRows) / seconds),
            progress.answers(),
            Math.round((progress.answers() - lastAnswers) / seconds),
            progress.deadLetters(),
            rows - committed,
            progress.p50Millis(),
            progress.p99Millis(),
            gauges.members(),
            progress.sumName(),
            progress.busiest());
    lastNanos = nowNanos;
    lastRows = rows;
    lastAnswers = progress.answers();
    return snapshot;
  }
}
