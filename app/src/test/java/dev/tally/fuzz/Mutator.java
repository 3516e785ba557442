package dev.tally.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes inputs that are nearly right: seeds that are changed in one place or a few. */
final class Mutator {
  static final int INPUT_BYTES_MAX = 1 << 16;

  private static final int REPEATS_MAX = 300; // deeper than any nesting that is accepted
  private static final String DELIMITERS = "\",:;=+ {}[]\n/";
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    256,
    Short.MAX_VALUE,
    65_535,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffffffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1
  };

  /** Control characters, and UTF-8 that is cut off, overlong, half a pair, or past U+10FFFF. */
  private static final byte[][] ODD_BYTES = {
    {0},
    {0x1f},
    {0x7f},
    {(byte) 0x80},
    {(byte) 0xff},
    {(byte) 0xe2, (byte) 0x82},
    {(byte) 0xc0, (byte) 0x80},
    {(byte) 0xe0, (byte) 0x80, (byte) 0x80},
    {(byte) 0xf0, (byte) 0x80, (byte) 0x80, (byte) 0x80},
    {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
    {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}
  };

  private final List<byte[]> seeds;
  private final List<byte[]> tokens = new ArrayList<>(List.of(ODD_BYTES));

  Mutator(FuzzTarget target) {
    this.seeds = target.seeds();
    target.tokens().forEach(token -> tokens.add(token.getBytes(UTF_8)));
  }

  /** The next input: mostly one mutation, and each further one with half the probability. */
  byte[] input(SplittableRandom random) {
    byte[] input = any(seeds, random);
    for (int times = 1 + Integer.numberOfTrailingZeros(random.nextInt() | 64); times > 0; times--) {
      input = mutated(input, random);
    }
    return input.length <= INPUT_BYTES_MAX ? input : Arrays.copyOf(input, INPUT_BYTES_MAX);
  }

  private byte[] mutated(byte[] input, SplittableRandom random) {
    int at = random.nextInt(input.length + 1);
    int length = 1 + random.nextInt(1 + random.nextInt(16));
    byte[] token = any(tokens, random);
    return switch (random.nextInt(12)) {
      case 0 -> flipped(input, at, random);
      case 1 -> spliced(input, at, 1, new byte[] {(byte) random.nextInt()});
      case 2 -> spliced(input, at, 0, token);
      case 3 -> spliced(input, at, random.nextInt(1 + token.length), token);
      case 4 -> spliced(input, at, length, new byte[0]);
      case 5 -> random.nextInt(4) == 0 ? Arrays.copyOf(input, at) : input;
      case 6 -> repeated(input, at, length, random);
      case 7 -> crossed(input, at, any(seeds, random), random);
      case 8 -> renumbered(input, at, random);
      default -> fieldReplaced(input, at, token);
    };
  }

  private static byte[] any(List<byte[]> of, SplittableRandom random) {
    return of.get(random.nextInt(of.size()));
  }

  private static byte[] flipped(byte[] input, int at, SplittableRandom random) {
    byte[] flipped = input.clone();
    if (at < input.length) {
      flipped[at] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  /** The input with up to `removed` bytes replaced by others. */
  private static byte[] spliced(byte[] input, int at, int removed, byte[] inserted) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(input.length + inserted.length);
    out.write(input, 0, at);
    out.writeBytes(inserted);
    int rest = Math.min(input.length, at + removed);
    out.write(input, rest, input.length - rest);
    return out.toByteArray();
  }

  private static byte[] repeated(byte[] input, int at, int length, SplittableRandom random) {
    byte[] part = Arrays.copyOfRange(input, at, Math.min(input.length, at + length));
    int times = 1 + random.nextInt(random.nextInt(8) == 0 ? REPEATS_MAX : 2);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      out.writeBytes(part);
    }
    return spliced(input, at, 0, out.toByteArray());
  }

  /** The head of one input and the tail of another. */
  private static byte[] crossed(byte[] input, int at, byte[] other, SplittableRandom random) {
    int from = random.nextInt(other.length + 1);
    return spliced(input, at, input.length, Arrays.copyOfRange(other, from, other.length));
  }

  /** The input with a number of one to eight bytes where it may have a length or a count. */
  private static byte[] renumbered(byte[] input, int at, SplittableRandom random) {
    long number = NUMBERS[random.nextInt(NUMBERS.length)] + random.nextInt(2);
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    int width = 1 << random.nextInt(4);
    return spliced(input, at, width, Arrays.copyOfRange(bytes, Long.BYTES - width, Long.BYTES));
  }

  /** The input with the text between two delimiters replaced. */
  private static byte[] fieldReplaced(byte[] input, int at, byte[] token) {
    int from = at;
    while (from < input.length && !delimiter(input[from])) {
      from++;
    }
    while (from < input.length && delimiter(input[from])) {
      from++;
    }
    int to = from;
    while (to < input.length && !delimiter(input[to])) {
      to++;
    }
    return spliced(input, from, to - from, token);
  }

  private static boolean delimiter(byte b) {
    return DELIMITERS.indexOf(b) >= 0;
  }
}
