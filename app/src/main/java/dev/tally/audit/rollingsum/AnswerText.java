package dev.tally.audit.rollingsum;

import com.google.gson.stream.JsonToken;
import dev.tally.audit.JsonObjectText;
import dev.tally.audit.JsonObjectText.Member;
import dev.tally.audit.Message;
import dev.tally.audit.Unusable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it is written in the output topic.
 *
 * @param sum as it is written; "" if the defect is that there is none
 * @param defect what is wrong with its form, in words; null if it is as defined, byte for byte
 */
record AnswerText(String code, String epoch, String sum, @Nullable String defect) {
  private static final Pattern PLAIN = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]*[1-9])?");

  /**
   * Reads an answer and judges its form, but not its sum.
   *
   * @throws Unusable if it does not say which row it belongs to
   */
  static AnswerText parse(Message message, String sumName) throws Unusable {
    Map<String, Member> members =
        JsonObjectText.members(message.value, Set.of("StockCode", "Epoch", sumName));
    Member code = members.get("StockCode");
    Member epoch = members.get("Epoch");
    if (code == null
        || epoch == null
        || code.kind() == JsonToken.NULL
        || epoch.kind() == JsonToken.NULL) {
      throw new Unusable("it has no StockCode and Epoch");
    }
    Member sum = members.get(sumName);
    String sumText = sum == null ? "" : sum.text();
    AnswerText found = new AnswerText(code.text(), epoch.text(), sumText, null);
    String defect =
        sum == null || sum.kind() != JsonToken.NUMBER
            ? "has no number " + sumName
            : found.defect(message, sumName);
    return defect == null ? found : new AnswerText(code.text(), epoch.text(), sumText, defect);
  }

  private @Nullable String defect(Message message, String sumName) {
    if (!PLAIN.matcher(sum).matches() || sum.equals("-0")) {
      return "writes its sum as " + sum;
    }
    String expected = write(code, epoch, sumName, sum);
    if (!Arrays.equals(message.value, expected.getBytes(StandardCharsets.UTF_8))) {
      return "is not written as " + expected;
    }
    return Arrays.equals(message.key, code.getBytes(StandardCharsets.UTF_8))
        ? null
        : "has a key that is not its StockCode";
  }

  /** The value of an answer, as it is defined. */
  static String write(String code, String epoch, String sumName, String sum) {
    StringBuilder json = new StringBuilder(64 + code.length());
    json.append("{\"StockCode\":\"");
    for (int i = 0; i < code.length(); i++) {
      escape(json, code.charAt(i));
    }
    return json.append("\",\"Epoch\":")
        .append(epoch)
        .append(",\"")
        .append(sumName)
        .append("\":")
        .append(sum)
        .append('}')
        .toString();
  }

  private static void escape(StringBuilder json, char c) {
    switch (c) {
      case '"' -> json.append("\\\"");
      case '\\' -> json.append("\\\\");
      case '\b' -> json.append("\\b");
      case '\f' -> json.append("\\f");
      case '\n' -> json.append("\\n");
      case '\r' -> json.append("\\r");
      case '\t' -> json.append("\\t");
      default -> {
        if (c < 0x20) {
          json.append(String.format("\\u%04x", (int) c));
        } else {
          json.append(c);
        }
      }
    }
  }
}
