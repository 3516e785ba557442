package dev.tally.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/** Orders as producers send them, nasty ones, and the pieces that orders are made of. */
public final class Orders {
  private static final String U = "\"0123abcd-4567-89ab-cdef-0123456789AB\"";
  private static final String V = "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"";
  private static final String T = "\"2023-03-09T17:45:36+00:00\"";
  private static final String SOUND =
      "{\"order_id\":" + U + ",\"customer_id\":" + V + ",\"amount\":26.43,\"timestamp\":" + T + "}";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");

  private Orders() {}

  /** An order and what it holds. */
  public record Made(String json, UUID orderId, UUID customerId, BigDecimal amount, Instant time) {
    public byte[] bytes() {
      return json.getBytes(UTF_8);
    }
  }

  /** An order with members and notations in a random order. */
  public static Made ordinary(Random random) {
    return of(
        new UUID(random.nextLong(), random.nextLong()),
        new UUID(random.nextLong(), random.nextLong()),
        amount(random),
        time(random),
        random);
  }

  /** The order with these members. */
  public static Made of(
      UUID orderId, UUID customerId, BigDecimal amount, Instant time, Random random) {
    List<String> members = new ArrayList<>();
    members.add("\"order_id\":" + uuid(orderId, random));
    members.add("\"customer_id\": " + uuid(customerId, random));
    members.add("\"amount\":" + number(amount, random));
    members.add("\"timestamp\":\"" + text(time, random) + "\"");
    members.add("\"order_lines\":" + lines(random));
    if (random.nextInt(4) == 0) {
      members.add("\"note\":{\"order_id\":1,\"timestamp\":[\"\\ud83d\\ude00\",{\"amount\":7}]}");
    }
    if (random.nextInt(3) == 0) {
      Collections.shuffle(members, random);
    }
    String json = "{" + String.join(random.nextBoolean() ? "," : ", ", members) + "}";
    return new Made(json, orderId, customerId, amount, time);
  }

  private static String uuid(UUID uuid, Random random) {
    String text = uuid.toString();
    return '"' + (random.nextInt(8) == 0 ? text.toUpperCase(java.util.Locale.ROOT) : text) + '"';
  }

  /** With few decimals, with the noise of binary fractions, or with as many as are accepted. */
  public static BigDecimal amount(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> BigDecimal.valueOf(random.nextInt(100_000_000) / 100.0 * 1.1);
      case 1 -> BigDecimal.valueOf(random.nextInt(1_000) - 200, random.nextInt(21));
      case 2 -> new BigDecimal("999999999999999.99999999999999999999");
      case 3 -> BigDecimal.valueOf(random.nextInt(1_000), -random.nextInt(10));
      default -> BigDecimal.valueOf(random.nextInt(100_000_000), 2);
    };
  }

  private static Instant time(Random random) {
    long seconds =
        random.nextInt(20) == 0 ? random.nextInt(9) : 1_600_000_000L + random.nextInt(1 << 28);
    int nanos =
        random.nextBoolean() ? 0 : random.nextInt(1_000) * (random.nextInt(2) * 999_000 + 1);
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private static String number(BigDecimal amount, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> amount.unscaledValue() + "e" + -amount.scale();
      case 1 -> amount.toPlainString() + (amount.scale() > 0 ? "000" : ".0");
      default -> amount.toPlainString();
    };
  }

  /** A time in one of the notations that are accepted. */
  public static String text(Instant time, Random random) {
    int minutes =
        random.nextInt(3) == 0
            ? random.nextInt(30) * 15 - (time.getEpochSecond() < 9 ? 0 : 200)
            : 0;
    ZoneOffset offset = ZoneOffset.ofTotalSeconds(minutes * 60);
    String text = TIME.format(LocalDateTime.ofInstant(time, offset));
    String nanos = String.format("%09d", time.getNano());
    if (time.getNano() > 0) {
      text += "." + (random.nextBoolean() ? nanos : nanos.replaceFirst("0+$", ""));
    } else if (random.nextInt(4) == 0) {
      text += "." + "0".repeat(1 + random.nextInt(9));
    }
    if (minutes != 0) {
      return text + offset;
    }
    return text + List.of("+00:00", "Z", "", "-00:00").get(random.nextInt(4));
  }

  private static String lines(Random random) {
    List<String> lines = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      lines.add(
          "{\"product_id\": "
              + uuid(new UUID(random.nextLong(), i), random)
              + ", \"volume\": "
              + random.nextInt(4)
              + ", \"price\": "
              + random.nextInt(1_000) / 100.0
              + "}");
    }
    return "[" + String.join(", ", lines) + "]";
  }

  /** Orders at the limits of what is accepted. */
  public static List<byte[]> nasty() {
    List<byte[]> orders = new ArrayList<>();
    amounts().forEach(amount -> orders.add(SOUND.replace("26.43", amount).getBytes(UTF_8)));
    times().forEach(time -> orders.add(SOUND.replace(T, '"' + time + '"').getBytes(UTF_8)));
    objects().forEach(json -> orders.add(json.getBytes(UTF_8)));
    orders.add(SOUND.replace("0123abcd", "0123abc\u00e9").getBytes(ISO_8859_1));
    orders.add(SOUND.replace("{", "{\"\u00e9\":\"\u00ff\",").getBytes(ISO_8859_1));
    return orders;
  }

  private static Stream<String> amounts() {
    return Stream.of(
        "0",
        "-0.0",
        "0e99999999999",
        "1e14",
        "1E15",
        "1e-20",
        "1e-21",
        "1e-2147483648",
        "1e999999999",
        "-999999999999999.99999999999999999999",
        "999999999999999",
        "-1.5",
        "1000000000000000",
        "123456789012345678",
        "1234567890123456789",
        "0.12345678901234567",
        "01",
        "1.",
        ".5",
        "+1",
        "NaN",
        "\"1\"",
        "null",
        "[1]",
        "{}",
        "true",
        "5x",
        "5 ,",
        "1." + "0".repeat(1_021),
        "1." + "0".repeat(1_022));
  }

  private static Stream<String> times() {
    return Stream.of(
        "2023-03-09T17:45:36",
        "2023-03-09T17:45:36Z",
        "2023-03-09T17:45:36.123456789Z",
        "2023-03-09T17:45:36.1234567890Z",
        "2023-03-09T17:45:36.",
        "2023-03-09T17:45:36.5-11:30",
        "2023-03-09T17:45:36+18:00",
        "2023-03-09T17:45:36-18:01",
        "2023-03-09T17:45:36+05:60",
        "2023-03-09T17:45:36+0530",
        "2023-03-09T17:45:36+05",
        "2023-03-09 17:45:36",
        "2023-03-09T17:45",
        "2023-03-09T24:00:00",
        "2023-03-09T23:59:60",
        "2023-02-29T00:00:00",
        "2024-02-29T00:00:00",
        "2100-02-29T00:00:00",
        "2023-04-31T00:00:00",
        "2023-00-10T00:00:00",
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00+00:01",
        "1969-12-31T23:59:59.999-00:01",
        "0000-01-01T00:00:00",
        "9999-12-31T23:59:59.999999999-18:00",
        "2262-04-11T23:47:17Z",
        "\u0662023-03-09T17:45:36",
        "2023-03-09t17:45:36z",
        "\\u0032023-03-09T17:45:36",
        "");
  }

  private static Stream<String> objects() {
    return Stream.of(
        SOUND,
        SOUND.substring(0, SOUND.length() - 1),
        SOUND.replace("}", " and whatever comes after all four"),
        SOUND.replace(":", " :\n").replace(",", "\t,"),
        SOUND.replace("order_id", "\\u006frder_id"),
        SOUND.replace(U, "\"1-1-1-1-1\""),
        SOUND.replace(U, "7"),
        SOUND.replace(U, U.replace("c", "\\u0063")),
        SOUND.replace(U, U.replace("a", "g")),
        SOUND.replace("{", "{\"amount\":1,\"amount\":\"x\",\"timestamp\":" + T + ","),
        SOUND.replace("{", "{\"x\":" + "[".repeat(64) + "]".repeat(64) + ","),
        "{\"order_id\":" + U + "}",
        "[" + SOUND + "]",
        "null",
        "{}",
        "");
  }

  /** Names, values at the limits, and pieces of JSON and of what only looks like it. */
  public static List<String> tokens() {
    List<String> tokens = new ArrayList<>(List.of(" ", "\n", U, V, T, U + ",", T + "}"));
    for (String words :
        List.of(
            "\" \\ { } [ ] , : + - . 0 00 9 T Z t z e5 E-3 .0 1e15 -0 null true NaN g G \u0663",
            "order_id customer_id amount timestamp \"order_id\": \"customer_id\": \"amount\":",
            "\"timestamp\": \"amount\":1, ,\"amount\":2 \"amount\":\"1\", \\u0061mount 02-29 04-31",
            "2023-03-09T17:45:36 24:00:00 23:59:60 +18:00 -18:00 +17:59 Z\" .123456789 .1234567890",
            "999999999999999 0.00000000000000000001 1970-01-01"
                + " 9999 0000 \"product_id\": \\ud83d")) {
      tokens.addAll(List.of(words.split(" ", -1)));
    }
    return tokens;
  }
}
