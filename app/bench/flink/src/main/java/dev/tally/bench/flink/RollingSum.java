package dev.tally.bench.flink;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Answers each row at once from its key's window, also one that is out of order: it need not wait
 * for the watermark, as only rows that came before it count. A row more than a minute older than
 * the newest of its key is late and dropped, as by Flink's own windows.
 */
@SuppressWarnings("NullAway.Init") // open does it
final class RollingSum extends KeyedProcessFunction<String, Sale, Answer> {
  private static final long serialVersionUID = 1;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private transient ValueState<Window> windows;
  private transient Counter late;
  private transient Answer answer;

  @Override
  public void open(OpenContext context) {
    windows =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("window", WindowSerializer.INSTANCE));
    late = getRuntimeContext().getMetricGroup().counter("numLateRecordsDropped");
    answer = new Answer();
  }

  @Override
  public void processElement(Sale sale, Context context, Collector<Answer> answers)
      throws Exception {
    Window window = windows.value();
    if (window == null) {
      window = new Window();
      context.timerService().registerEventTimeTimer(expiryMillis(sale.epochNanos));
    } else if (window.isLate(sale.epochNanos)) {
      late.inc();
      return;
    }
    answer.sumMicros = window.add(sale.epochNanos, sale.micros);
    windows.update(window);
    answer.code = sale.code;
    answer.epochText = sale.epochText;
    answers.collect(answer);
  }

  /** Forgets a key without rows for this long. Each key has one timer, which is reset here. */
  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Answer> answers)
      throws Exception {
    long expiryMillis = expiryMillis(windows.value().newestNanos());
    if (expiryMillis <= timestamp) {
      windows.clear();
    } else {
      context.timerService().registerEventTimeTimer(expiryMillis);
    }
  }

  /** No row that is still to come can have this one in its window. */
  private static long expiryMillis(long epochNanos) {
    return (epochNanos + Window.LENGTH_NANOS) / NANOS_PER_MILLI + 1;
  }
}
