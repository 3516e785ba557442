package dev.tally.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Frames as producers send them, nasty ones, and the pieces that frames are made of. */
public final class Frames {
  private static final String[] WORDS = {
    "name",
    "path",
    "city",
    "event",
    "t",
    "id",
    "uuid",
    "user_id",
    "timestamp",
    "tss",
    "ui",
    "\u0438\u043c\u044f",
    "\u0433\u043e\u0440\u043e\u0434 \u2116",
    "caf\u00e9",
    "\ud83d\ude00",
    "a longer name, with: signs",
    ""
  };

  private Frames() {}

  /** A frame and what it holds. */
  public record Made(String json, String uid, long tsSeconds) {
    public byte[] bytes() {
      return json.getBytes(UTF_8);
    }
  }

  /**
   * A frame of about 2 kB with 22 to 32 members in random order, uid and ts among them. Values hold
   * members of the same names, and texts that look like them.
   */
  public static Made ordinary(Random random) {
    String uid = Long.toHexString(random.nextLong()) + (random.nextInt(8) == 0 ? "\u0436" : "");
    long ts = random.nextInt(50) == 0 ? random.nextInt(10) : 1_468_244_384L + random.nextInt(9999);
    List<String> members = new ArrayList<>();
    for (int i = 20 + random.nextInt(11); i > 0; i--) {
      members.add(string(word(random), random) + colon(random) + value(random, 3));
    }
    String quote = random.nextBoolean() ? "\"" : "";
    members.add("\"uid\"" + colon(random) + "\"" + uid + "\"");
    members.add("\"ts\"" + colon(random) + quote + ts + quote);
    Collections.shuffle(members, random);
    return new Made("{" + String.join(random.nextBoolean() ? "," : ", ", members) + "}", uid, ts);
  }

  private static String colon(Random random) {
    return random.nextInt(4) == 0 ? " : " : ":";
  }

  private static String value(Random random, int levels) {
    return switch (random.nextInt(levels == 0 ? 7 : 10)) {
      case 0 -> String.valueOf(random.nextInt(1_000_000) - 1_000);
      case 1 -> random.nextInt(100) + "." + random.nextInt(100);
      case 2 -> random.nextInt(9) + (random.nextBoolean() ? "e-7" : ".25E+3");
      case 3 -> random.nextBoolean() ? "null" : String.valueOf(random.nextBoolean());
      case 4 -> string("a\\\"uid\":\"x\",\"ts\":1," + word(random), random);
      case 7 -> object(random, levels - 1);
      case 8 -> array(random, levels - 1);
      default -> string((word(random) + " ").repeat(random.nextInt(12)), random);
    };
  }

  private static String object(Random random, int levels) {
    List<String> members = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String name = new String[] {"uid", "ts", word(random)}[random.nextInt(3)];
      members.add(string(name, random) + colon(random) + value(random, levels));
    }
    return "{" + String.join(",", members) + "}";
  }

  private static String array(Random random, int levels) {
    List<String> values = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      values.add(value(random, levels));
    }
    return "[" + String.join(" ,\n", values) + "]";
  }

  private static String word(Random random) {
    return WORDS[random.nextInt(WORDS.length)];
  }

  /** A JSON string: what must be escaped is, and sometimes all that is not ASCII, or more. */
  private static String string(String text, Random random) {
    int style = random.nextInt(4);
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if ((style == 0 && c > '~')
          || (style == 1 && !Character.isSurrogate(c) && random.nextInt(50) == 0)) {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  /** Frames at the limits of what is accepted. */
  public static List<byte[]> nasty() {
    List<byte[]> frames = new ArrayList<>();
    Stream.of(
            "{\"uid\":\"u\",\"ts\":7}",
            " {\n\"uid\"\t:\"u\" ,\"ts\":\"7\" ",
            "\ufeff{\"uid\":\"u\",\"ts\":7}",
            "{\"uid\":\"u\",\"uid\":5,\"ts\":0,\"ts\":[]}",
            "{\"\\u0075id\":\"u\",\"t\\u0073\":7}",
            "{\"\\u0438\\u043c\\u044f \\u0438\":1,\"uid\":\"u\",\"ts\":7}",
            "{\"\\ud83d\\ude00\\ud83d\\ude00\":1,\"uid\":\"u\",\"ts\":7}",
            "{\"\\ud83d a rather long name\":1,\"uid\":\"u\",\"ts\":7}",
            "{\"a\":[{\"uid\":\"x\"},[\"ts\",1]],\"b\":{\"ts\":{}},\"uid\":\"u\",\"ts\":7}",
            "{\"a\":\"\\ud83d\",\"b\":[\"\\ude00\"],\"c\":{\"\\ud83d\":1},\"uid\":\"u\",\"ts\":7}",
            "{\"a\":\"\t\",\"uid\":\"u\",\"ts\":7}",
            "{\"a\":" + "[".repeat(64) + "]".repeat(64) + ",\"uid\":\"u\",\"ts\":7}",
            "{\"a\":" + "{\"a\":".repeat(64) + "0" + "}".repeat(64) + ",\"uid\":\"u\",\"ts\":7}",
            "{\"a\":" + "[".repeat(254) + "]".repeat(254) + ",\"uid\":\"u\",\"ts\":7}",
            "{\"a\":" + "[".repeat(255) + "]".repeat(255) + ",\"uid\":\"u\",\"ts\":7}",
            "{\"a\":"
                + "9".repeat(1_023)
                + ",\"b\":1e"
                + "0".repeat(1_021)
                + ",\"uid\":\"u\",\"ts\":7}",
            "{\"a\":[" + "9".repeat(1_024) + "],\"uid\":\"u\",\"ts\":7}",
            "{\"a\":-1" + "e" + "0".repeat(1_022) + ",\"uid\":\"u\",\"ts\":7}",
            "{\"uid\":\"" + "\u0436".repeat(512) + "\",\"ts\":99999999999}",
            "{\"uid\":\"" + "\u0436".repeat(513) + "\",\"ts\":\"100000000000\"}",
            "{\"uid\":\"\\u0436\",\"ts\":\"\\u0031\"}",
            "{\"uid\":\"\",\"ts\":7}",
            "[{\"uid\":\"u\",\"ts\":7}]",
            "null",
            "")
        .forEach(json -> frames.add(json.getBytes(UTF_8)));
    Stream.of(
            "{\"a\u00ff\":[\"\u00c0\u0080\"],\"uid\":\"u\",\"ts\":7}",
            "{\"uid\":\"\u00ff\",\"ts\":7}",
            "{\"uid\":\"\u00ed\u00a0\u0080\",\"ts\":7}")
        .forEach(json -> frames.add(json.getBytes(ISO_8859_1)));
    return frames;
  }

  /** Names, values at the limits, and pieces of JSON and of what only looks like it. */
  public static List<String> tokens() {
    List<String> tokens = new ArrayList<>(List.of(" ", "\n", "\r", "\t", "\f", "\b", "\u00a0"));
    for (String words :
        List.of(
            "\" \\ \\\" \\u00e9 \\u0000 \\ud83d \\ude00 \\u12g4 \\x \\' { } [ ] [] {} , : ; =",
            "=> ' # \u2028 \u00e9 \ud83d\ude00 \ufeff /* */ // \u0663 0x10 1_0 0 00 01 - -0 + . .0",
            "1. -.5 e5 1e 1e5 1E+5 1e-9 -0.0 1.0 9e99999999999 99999999999 100000000000 -1",
            "9223372036854775807 9223372036854775808 1468244384 NaN -Infinity Infinity nul True",
            "null true false \"1\" \"-1\" \"01\" \"\" \"a\" uid ts \"uid\" \"ts\" \"uid\": \"ts\":",
            "\"uid\":\"v\", ,\"uid\":5 \"ts\":8, ,\"ts\":\"9\" \"ts\":[1],",
            "\"uid\":{\"uid\":\"x\"}, \"\\u0075id\": \"t\\u0073\": \"uid\\u0000\":",
            "{\"uid\":\"x\",\"ts\":1} [{\"uid\":\"x\"}],",
            "\"a\":1, ,\"a\":null \\ud83d\\ude00 \\ud7ff \\u0075 \\u0073")) {
      tokens.addAll(List.of(words.split(" ", -1)));
    }
    for (int length : new int[] {1_021, 1_022, 1_023}) {
      tokens.add("1." + "0".repeat(length));
      tokens.add("1e" + "0".repeat(length));
      tokens.add("\"" + "a".repeat(length + 2) + "\"");
    }
    tokens.add("\"" + "\u0436".repeat(513) + "\"");
    for (String bracket : new String[] {"[", "]", "}", "{\"a\":"}) {
      tokens.add(bracket.repeat(64));
    }
    return tokens;
  }
}
