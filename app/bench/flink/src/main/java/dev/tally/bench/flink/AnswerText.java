package dev.tally.bench.flink;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Writes an answer's JSON in one pass over bytes. */
final class AnswerText {
  private static final byte[] CODE = "{\"StockCode\":\"".getBytes(US_ASCII);
  private static final byte[] EPOCH = "\",\"Epoch\":".getBytes(US_ASCII);
  private static final byte[] SUM = ",\"10minutesSum\":".getBytes(US_ASCII);
  private static final int MICROS_SCALE = 6;
  private static final int SUM_BYTES_MAX = 21; // 19 digits, sign and point

  private final byte[] number = new byte[SUM_BYTES_MAX];

  byte[] of(byte[] code, byte[] epochText, long sumMicros) {
    int sumFrom = writeNumber(sumMicros);
    int sumLength = number.length - sumFrom;
    byte[] text =
        new byte
            [CODE.length
                + code.length
                + EPOCH.length
                + epochText.length
                + SUM.length
                + sumLength
                + 1];
    int at = append(text, 0, CODE, 0);
    at = append(text, at, code, 0);
    at = append(text, at, EPOCH, 0);
    at = append(text, at, epochText, 0);
    at = append(text, at, SUM, 0);
    at = append(text, at, number, sumFrom);
    text[at] = '}';
    return text;
  }

  private static int append(byte[] text, int at, byte[] part, int from) {
    System.arraycopy(part, from, text, at, part.length - from);
    return at + part.length - from;
  }

  /** Millionths as a plain number without trailing zeros at the end of `number`; its start. */
  private int writeNumber(long micros) {
    // Negative throughout, as the lowest long has no positive counterpart.
    long rest = micros < 0 ? micros : -micros;
    int decimals = MICROS_SCALE;
    while (decimals > 0 && rest % 10 == 0) {
      rest /= 10;
      decimals--;
    }
    int at = number.length;
    if (decimals > 0) {
      for (int i = 0; i < decimals; i++) {
        number[--at] = (byte) ('0' - rest % 10);
        rest /= 10;
      }
      number[--at] = '.';
    }
    do {
      number[--at] = (byte) ('0' - rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (micros < 0) {
      number[--at] = '-';
    }
    return at;
  }
}
