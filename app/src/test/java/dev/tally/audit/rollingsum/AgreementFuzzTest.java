package dev.tally.audit.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tally.audit.Message;
import dev.tally.audit.Unusable;
import dev.tally.fuzz.FuzzTarget;
import dev.tally.fuzz.SalesRows;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.Fetched;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.jobs.rollingsum.RollingSum;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The job and its audit, which share no code, judge the same bytes: both reject a row for the same
 * reason, or both answer it with the same text. An input is a history of rows; between some of them
 * the job saves its state and starts again from it.
 */
final class AgreementFuzzTest implements FuzzTarget {
  // Neither occurs in UTF-8.
  private static final byte NEXT = (byte) 0xff;
  private static final byte RESTART = (byte) 0xfd;

  private static final long STAMP_MILLIS = 1_795_192_000_000L;
  private static final int ROWS_MAX = 200;
  private static final String SUM_NAME = "10minutesSum";
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Duration GRACE = Duration.ofMinutes(1);
  private static final Optional<Duration> ONE_HOUR = Optional.of(Duration.ofHours(1));

  /** What became of a row, in the words of the audit: its answer, or why it has none. */
  private static final class Outcome implements Output {
    private byte @Nullable [] key;
    private byte @Nullable [] value;
    private String text = "nothing";

    @Override
    public boolean live() {
      return true;
    }

    @Override
    public void answer(int topic, byte @Nullable [] key, byte[] value) {
      this.key = key;
      this.value = value;
      text = new String(value, UTF_8);
    }

    @Override
    public void deadLetter(DeadLetterReason reason, String message) {
      text = reason.text();
    }
  }

  @Override
  public int inputs() {
    return 20_000;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> rows = new ArrayList<>(SalesRows.captured().subList(0, 60));
    rows.addAll(SalesRows.nasty());
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i + 3 < rows.size(); i++) {
      ByteArrayOutputStream history = new ByteArrayOutputStream();
      history.writeBytes(rows.get(i));
      history.write(NEXT);
      history.writeBytes(rows.get(i + 1));
      history.write(i % 2 == 0 ? NEXT : RESTART);
      history.writeBytes(rows.get(i + 3));
      seeds.add(history.toByteArray());
    }
    seeds.add(history("10:32", "20", "10:37", "20", "10:47", "20", "10:49", "30"));
    seeds.add(history("0:11", "1e9", "0:10", "-0.000000001", "0:1", "1", "0:11", "0"));
    return seeds;
  }

  private static byte[] history(String... timesAndPrices) {
    ByteArrayOutputStream history = new ByteArrayOutputStream();
    for (int i = 0; i < timesAndPrices.length; i += 2) {
      String[] time = timesAndPrices[i].split(":", -1);
      int seconds = Integer.parseInt(time[0]) * 3_600 + Integer.parseInt(time[1]) * 60;
      history.writeBytes(
          Scene.json("k", seconds + ".5", timesAndPrices[i + 1], "3").getBytes(UTF_8));
      history.write(i % 4 == 0 ? NEXT : RESTART);
    }
    return history.toByteArray();
  }

  @Override
  public List<String> tokens() {
    return SalesRows.tokens();
  }

  /** Whether any row was answered. */
  @Override
  public boolean accepts(byte[] input) throws Unusable {
    boolean answered = answersAlike(input, Optional.empty());
    return answersAlike(input, ONE_HOUR) || answered;
  }

  private static boolean answersAlike(byte[] input, Optional<Duration> futureMax) throws Unusable {
    RollingSum rollingSum = new RollingSum(WINDOW, GRACE, futureMax, RollingSum.Miskeyed.FAIL);
    MemoryState saved = new MemoryState();
    Shard job = rollingSum.open(saved, Shard.NO_CLOCK, 1, Long.MAX_VALUE);
    Rules rules = new Rules(WINDOW, GRACE, futureMax, OnMiskeyed.FAIL);
    Recomputation audit = new Recomputation(rules, false, false);
    boolean answered = false;
    int from = 0;
    for (int row = 0; from <= input.length && row < ROWS_MAX; row++) {
      int to = from;
      while (to < input.length && input[to] != NEXT && input[to] != RESTART) {
        to++;
      }
      answered |= answeredAlike(row, Arrays.copyOfRange(input, from, to), job, audit);
      if (to < input.length && input[to] == RESTART) {
        KeyedState.Batch batch = saved.batch();
        job.save(batch);
        saved.save(batch);
        job = rollingSum.open(saved, job.clockNanos(), 1, Long.MAX_VALUE);
      }
      from = to + 1;
    }
    return answered;
  }

  private static boolean answeredAlike(int row, byte[] value, Shard job, Recomputation audit)
      throws Unusable {
    Outcome outcome = new Outcome();
    job.apply(row, null, Fetched.viewOrNull(value), STAMP_MILLIS, outcome);
    Verdict verdict =
        audit.next(new Message(0, row, STAMP_MILLIS, null, value, List.of()), true, true, false);
    assertEquals(expected(verdict), outcome.text, () -> "row " + row);
    if (outcome.value == null) {
      return false;
    }
    Message answer = new Message(0, row, STAMP_MILLIS, outcome.key, outcome.value, List.of());
    assertNull(AnswerText.parse(answer, SUM_NAME).defect(), () -> "row " + row);
    return true;
  }

  private static String expected(Verdict verdict) {
    if (verdict instanceof Verdict.Rejected rejected) {
      return rejected.reason().toString();
    }
    Verdict.Answered answered = (Verdict.Answered) verdict;
    BigDecimal sum = Objects.requireNonNull(answered.sum());
    return AnswerText.write(
        answered.row().code(),
        answered.row().epoch(),
        SUM_NAME,
        sum.stripTrailingZeros().toPlainString());
  }
}
