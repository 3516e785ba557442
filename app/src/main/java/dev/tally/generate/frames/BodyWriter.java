package dev.tally.generate.frames;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Writes one body: what a web shop might log about a visit, with everything that JSON allows, so
 * that a reader of frames meets each of its difficulties within the first few hundred.
 */
final class BodyWriter {
  private static final int MEMBERS_MIN = 22;
  private static final int MEMBERS_MAX = 32;
  private static final int BYTES_MIN = 1450;
  private static final int BYTES_MAX = 2450;
  private static final int TEXT_BYTES_MIN = 60;
  private static final int DEPTH_MAX = 3;

  /** Short values, by name. Some names resemble uid and ts without being equal to them. */
  private static final List<String> SCALARS =
      List.of(
          "session",
          "page",
          "referrer",
          "language",
          "currency",
          "price",
          "latency_ms",
          "retries",
          "consent",
          "campaign",
          "variant",
          "store",
          "build",
          "country",
          "city",
          "zoom",
          "battery",
          "uids",
          "uid_version",
          "Uid",
          "UID",
          "ts_ms",
          "Ts",
          "tz",
          "name",
          "город",
          "total\\u20ac",
          "signal",
          "first_visit",
          "score",
          "shard",
          "\\\"quoted\\\"",
          "platform",
          "locale");

  private static final List<String> NESTED =
      List.of("geo", "screen", "cart", "device", "tags", "history", "network", "experiments");

  /** Long values, which bring a frame to its size. */
  private static final List<String> TEXTS = List.of("note", "message", "query", "review");

  private static final List<String> INNER =
      List.of("id", "x", "y", "kind", "user", "at", "items", "count", "label", "ok", "цена");

  private static final String[] WORDS =
      ("river lamp seven quiet market orange paper window gentle copper train morning winter bread"
              + " basket letter harbour simple green island корзина товар заказ доставка спасибо"
              + " синий чайник завтра улица окно быстро письмо хорошо река ёлка цена книга")
          .split(" ", -1);

  /** Between words; many would end a string or a value for a reader that is careless. */
  private static final String[] PUNCTUATION = {
    "\\n",
    "\\t",
    "\\\"",
    "\\\\",
    "\\/",
    "\\u0416",
    "\\u00e9",
    "\\ud83d\\ude80",
    "\\u0000",
    "\\\\\\\"",
    "🚀",
    "—",
    "}{",
    "],[",
    "\\\",\\\"",
    ":",
    "'",
    "//"
  };

  private final SplittableRandom random;
  private final boolean decoys;
  private final String comma;
  private final String colon;

  private BodyWriter(SplittableRandom random, boolean decoys) {
    this.random = random;
    this.decoys = decoys;
    boolean spaced = oneIn(8); // as Python's json.dumps writes it
    this.comma = spaced ? ", " : ",";
    this.colon = spaced ? ": " : ":";
  }

  static Body write(SplittableRandom random, boolean decoys) {
    return new BodyWriter(random, decoys).body();
  }

  private Body body() {
    List<String> members = members();
    String uid = "\"" + (decoys && oneIn(64) ? "\\u0075id" : "uid") + "\"" + colon + "\"";
    String ts = "\"" + (decoys && oneIn(64) ? "t\\u0073" : "ts") + "\"" + colon;
    int uidAt = random.nextInt(members.size() + 1);
    members.add(uidAt, uid);
    int tsAt = random.nextInt(members.size() + 1);
    members.add(tsAt, ts);
    uidAt += tsAt <= uidAt ? 1 : 0;

    StringBuilder part = new StringBuilder("{");
    List<byte[]> parts = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      part.append(i == 0 ? "" : comma).append(members.get(i));
      if (i == uidAt || i == tsAt) {
        parts.add(part.toString().getBytes(UTF_8));
        part.setLength(0);
        part.append(i == uidAt ? "\"" : "");
      }
    }
    parts.add(part.append('}').toString().getBytes(UTF_8));
    return new Body(parts.get(0), parts.get(1), parts.get(2), uidAt < tsAt);
  }

  /** All members of the root but uid and ts, in random order. */
  private List<String> members() {
    int texts = 2 + random.nextInt(2);
    int nested = 3 + random.nextInt(3);
    int others = MEMBERS_MIN - 2 + random.nextInt(MEMBERS_MAX - MEMBERS_MIN + 1) - texts - nested;
    List<String> members = new ArrayList<>();
    for (String name : some(NESTED, nested)) {
      members.add(member(name, oneIn(3) ? array(1) : object(1)));
    }
    List<String> names = some(SCALARS, others);
    if (oneIn(8)) {
      names.set(0, names.get(1));
    }
    for (String name : names) {
      members.add(member(name, scalar()));
    }
    int bytesLeft = BYTES_MIN + random.nextInt(BYTES_MAX - BYTES_MIN + 1);
    for (String member : members) {
      bytesLeft -= member.getBytes(UTF_8).length + 1;
    }
    for (String name : some(TEXTS, texts)) {
      members.add(member(name, text(Math.max(TEXT_BYTES_MIN, bytesLeft / texts))));
    }
    shuffle(members);
    return members;
  }

  private String member(String name, String value) {
    return "\"" + name + "\"" + colon + value;
  }

  private String object(int depth) {
    List<String> members = new ArrayList<>();
    for (String name : some(INNER, random.nextInt(5))) {
      members.add(member(name, value(depth)));
    }
    if (decoys && oneIn(2)) {
      members.add(member(oneIn(8) ? "\\u0075id" : "uid", oneIn(8) ? scalar() : uid()));
      members.add(member("ts", oneIn(4) ? scalar() : String.valueOf(seconds())));
      shuffle(members);
    }
    return "{" + String.join(comma, members) + "}";
  }

  private String array(int depth) {
    List<String> elements = new ArrayList<>();
    for (int count = random.nextInt(5); count > 0; count--) {
      elements.add(value(depth));
    }
    return "[" + String.join(comma, elements) + "]";
  }

  private String value(int depth) {
    if (depth < DEPTH_MAX && oneIn(4)) {
      return oneIn(2) ? object(depth + 1) : array(depth + 1);
    }
    return scalar();
  }

  private String scalar() {
    return switch (random.nextInt(8)) {
      case 0 -> oneIn(2) ? "true" : "false";
      case 1 -> "null";
      case 2, 3, 4 -> number();
      case 5 -> "\"\"";
      default -> "\"" + word() + (oneIn(3) ? punctuation() + word() : "") + "\"";
    };
  }

  private String number() {
    int small = random.nextInt(1000);
    return switch (random.nextInt(8)) {
      case 0 -> "0";
      case 1 -> "-0.0";
      case 2 -> String.valueOf(random.nextLong());
      case 3 -> String.format(Locale.ROOT, "%d.%02d", small, random.nextInt(100));
      case 4 -> small + "e" + random.nextInt(20);
      case 5 -> "-" + small + ".5E-" + random.nextInt(20);
      case 6 -> "1.0e+" + random.nextInt(300);
      default -> String.valueOf(small);
    };
  }

  /** A text of about this many bytes. */
  private String text(int bytes) {
    StringBuilder text = new StringBuilder("\"");
    int left = bytes;
    while (left > 0) {
      String next = word() + (oneIn(6) ? punctuation() : " ");
      if (decoys && oneIn(50)) {
        next += "{\\\"ts\\\":" + seconds() + ",\\\"uid\\\":" + uid().replace("\"", "\\\"") + "}";
      }
      text.append(next);
      left -= next.getBytes(UTF_8).length;
    }
    return text.append('"').toString();
  }

  /** Of a user without a prefix, so that it has nothing to escape within a text. */
  private String uid() {
    long user = random.nextInt(10_000) * 64L + 32 + random.nextInt(32);
    return "\"" + new String(Uid.json(user, false), UTF_8) + "\"";
  }

  private long seconds() {
    return 1_400_000_000L + random.nextInt(400_000_000);
  }

  private String word() {
    return WORDS[random.nextInt(WORDS.length)];
  }

  private String punctuation() {
    return PUNCTUATION[random.nextInt(PUNCTUATION.length)];
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private List<String> some(List<String> all, int count) {
    List<String> shuffled = new ArrayList<>(all);
    shuffle(shuffled);
    return new ArrayList<>(shuffled.subList(0, count));
  }

  private void shuffle(List<String> list) {
    Collections.shuffle(list, new Random(random.nextLong()));
  }
}
