package dev.tally.jobs.topindustries;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tally.fuzz.FuzzTarget;
import dev.tally.job.Damaged;
import dev.tally.job.Source;
import dev.tally.jobs.sources.Range;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** What stands between the stages, and what is saved: it is refused, or gives the same bytes. */
final class StageFormatsFuzzTest implements FuzzTarget {
  private static final List<String> AMOUNTS =
      List.of("0", "26.43", "-1.5", "128", "-128", "999999999999999.99999999999999999999");

  @Override
  public int inputs() {
    return 60_000;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    Instant time = Instant.ofEpochSecond(1_679_788_800, 123_456_789);
    for (String text : AMOUNTS) {
      BigDecimal amount = new BigDecimal(text);
      Order order = new Order(new UUID(1, -2), new UUID(-3, 4), amount, time);
      seeds.add(new Fact(5, 1L << 40, order).toBytes());
      seeds.add(Total.NONE.plus(amount).toBytes());
    }
    Source source = new Source(1, 2, 3, 4);
    seeds.add(RangeRecord.toBytes(new Range(source, 5, 9, true, false, 1_679_788_800)));
    seeds.add(RangeRecord.toBytes(new Range(source, 5, 5, true, true, Range.NO_CLOCK)));
    return seeds;
  }

  @Override
  public List<String> tokens() {
    return List.of("\0\0\0\0\0\0\0\1", "\177\377\377\377", "\200\0\0\0\0\0\0\0", "\1", "\2", "\24");
  }

  @Override
  public boolean accepts(byte[] input) {
    boolean fact = keeps(input, bytes -> Fact.read(ByteBuffer.wrap(bytes)).toBytes());
    boolean range =
        keeps(input, bytes -> RangeRecord.toBytes(RangeRecord.read(ByteBuffer.wrap(bytes))));
    boolean total = keeps(input, bytes -> Total.fromBytes(bytes).toBytes());
    return fact || range || total;
  }

  private static boolean keeps(byte[] input, Function<byte[], byte[]> again) {
    try {
      assertArrayEquals(input, again.apply(input));
      return true;
    } catch (Damaged e) {
      return false;
    }
  }
}
