package dev.tally.csv;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads CSV by one regular expression over the whole text: slow, and unlike the real reader. */
public final class NaiveCsv {
  private static final Pattern FIELD =
      Pattern.compile("(?:\"((?:[^\"]|\"\")*+)\")?([^,\\n]*?)(,|\\r?\\n|\\z)");

  private NaiveCsv() {}

  /** All records, empty lines skipped. */
  public static List<List<String>> parse(String text) {
    List<List<String>> records = new ArrayList<>();
    List<String> record = new ArrayList<>();
    Matcher matcher = FIELD.matcher(text);
    int recordStart = 0;
    for (int at = 0; at < text.length() || !record.isEmpty(); at = matcher.end()) {
      if (!matcher.region(at, text.length()).lookingAt()) {
        throw new AssertionError(text.substring(at));
      }
      String quoted = matcher.group(1);
      record.add((quoted == null ? "" : quoted.replace("\"\"", "\"")) + matcher.group(2));
      if (!matcher.group(3).equals(",")) {
        String raw = text.substring(recordStart, matcher.end());
        if (!raw.equals("\n") && !raw.equals("\r\n")) {
          records.add(record);
        }
        record = new ArrayList<>();
        recordStart = matcher.end();
      }
    }
    return records;
  }
}
