package dev.tally.audit.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.audit.Message;
import dev.tally.audit.Unusable;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A result as it is written in the output topic.
 *
 * @param frames how many frames it counts
 * @param closed what it says as `final`
 */
record ResultText(Window window, Users users, long frames, boolean closed) {
  private static final String TIME = "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ)";
  private static final String NUMBER = "(0|[1-9]\\d{0,17})";
  private static final String TRUTH = "(true|false)";
  private static final Pattern FORM =
      Pattern.compile(
          String.join(
              ",",
              "\\{\"window\":\"([a-z]+)\"",
              "\"start\":\"" + TIME + "\"",
              "\"end\":\"" + TIME + "\"",
              "\"users\":" + NUMBER,
              "\"exact\":" + TRUTH,
              "\"lower\":" + NUMBER,
              "\"upper\":" + NUMBER,
              "\"frames\":" + NUMBER,
              "\"final\":" + TRUTH + "\\}"));

  /**
   * Reads a result, and judges all of it that needs no frames.
   *
   * @throws Unusable if it is not as a result is defined, byte for byte
   */
  static ResultText parse(Message message) throws Unusable {
    byte[] value = message.value;
    if (value == null) {
      throw new Unusable("it has no value");
    }
    Matcher form = FORM.matcher(new String(value, UTF_8));
    if (!form.matches()) {
      throw new Unusable("its value is not written as a result");
    }
    WindowKind kind =
        WindowKind.named(form.group(1))
            .orElseThrow(() -> new Unusable("there is no window " + form.group(1)));
    Window window = Window.of(kind, seconds(form.group(2)));
    if (!Window.time(window.start()).equals(form.group(2))
        || !Window.time(window.end()).equals(form.group(3))) {
      throw new Unusable("no %s goes from %s to %s".formatted(kind, form.group(2), form.group(3)));
    }
    if (!Arrays.equals(window.toString().getBytes(UTF_8), message.key)) {
      throw new Unusable("its key is not " + window);
    }
    return new ResultText(window, users(form), frames(form), form.group(9).equals("true"));
  }

  private static long seconds(String time) throws Unusable {
    try {
      return Instant.parse(time).getEpochSecond();
    } catch (DateTimeException e) {
      throw new Unusable(time + " is no time");
    }
  }

  private static Users users(Matcher form) throws Unusable {
    long users = Long.parseLong(form.group(4));
    Users said =
        new Users(
            users,
            form.group(5).equals("true"),
            Long.parseLong(form.group(6)),
            Long.parseLong(form.group(7)));
    Users due = said.exact() ? Users.exactly(users) : Users.estimated(users);
    if (!said.equals(due)) {
      throw new Unusable(
          "its bounds are %d and %d, must be %d and %d"
              .formatted(said.lower(), said.upper(), due.lower(), due.upper()));
    }
    if (said.exact() && users > Users.EXACT_MAX) {
      throw new Unusable("it calls %d users exact".formatted(users));
    }
    return said;
  }

  private static long frames(Matcher form) throws Unusable {
    long users = Long.parseLong(form.group(4));
    long frames = Long.parseLong(form.group(8));
    // An estimate may well be above the number of frames.
    long least = form.group(5).equals("true") ? Math.max(1, users) : Users.EXACT_MAX + 1L;
    if (users == 0 || frames < least) {
      throw new Unusable("it has %d users in %d frames".formatted(users, frames));
    }
    return frames;
  }

  /** The value of a result, as it is defined. */
  String write() {
    return ("{\"window\":\"%s\",\"start\":\"%s\",\"end\":\"%s\",\"users\":%d,\"exact\":%b,"
            + "\"lower\":%d,\"upper\":%d,\"frames\":%d,\"final\":%b}")
        .formatted(
            window.kind(),
            Window.time(window.start()),
            Window.time(window.end()),
            users.users(),
            users.exact(),
            users.lower(),
            users.upper(),
            frames,
            closed);
  }
}
