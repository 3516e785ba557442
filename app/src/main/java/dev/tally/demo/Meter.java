package dev.tally.demo;

import java.time.Duration;

/** Turns what the broker and the results tell at two moments into rates. */
final class Meter {
  private final Gauges gauges;
  private final ResultReader reader;
  private final long startNanos = System.nanoTime();
  private long lastNanos = startNanos;
  private long lastRecords;
  private long lastResults;

  Meter(Gauges gauges, ResultReader reader) {
    this.gauges = gauges;
    this.reader = reader;
  }

  /** The state now and the rates since the last call. */
  View read() throws InterruptedException {
    // In this order, so that the lag is never below zero.
    long committed = gauges.committedRecords();
    long records = gauges.records();
    ResultReader.Progress progress = reader.progress();
    long nowNanos = System.nanoTime();
    double seconds = Math.max(1, nowNanos - lastNanos) / 1e9;
    Flow flow =
        new Flow(
            Duration.ofNanos(nowNanos - startNanos),
            records,
            Math.round((records - lastRecords) / seconds),
            progress.results(),
            Math.round((progress.results() - lastResults) / seconds),
            progress.deadLetters(),
            records - committed,
            gauges.members());
    lastNanos = nowNanos;
    lastRecords = records;
    lastResults = progress.results();
    return progress.view(flow);
  }
}
