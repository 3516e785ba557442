package dev.tally.jobs.topindustries;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.tally.jobs.sources.RootObject;
import dev.tally.jobs.sources.Unreadable;
import dev.tally.json.Utf8;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads what matters in a row of the table of customers: its industries. Stateless: any thread may
 * use it.
 */
final class CustomerRow {
  static final int INDUSTRIES_MAX = 1_000;
  static final int NAME_BYTES_MAX = 256;

  private static final class Members implements RootObject.Members {
    private @Nullable Set<String> industries;

    @Override
    public boolean complete() {
      return industries != null;
    }

    @Override
    public boolean take(String name, JsonReader json) throws IOException, Unreadable {
      if (!name.equals("industries")) {
        return false;
      }
      industries = industries(json);
      return true;
    }
  }

  private CustomerRow() {}

  /**
   * The industries of a row, each once, sorted by name.
   *
   * @throws Unreadable with what is wrong
   */
  static List<String> industries(byte[] value) throws Unreadable {
    if (!Utf8.valid(value, 0, value.length)) {
      throw new Unreadable("the value is not UTF-8");
    }
    Members members = new Members();
    RootObject.read(RootObject.text(value), members);
    if (members.industries == null) {
      throw new Unreadable("industries is missing");
    }
    return List.copyOf(members.industries);
  }

  private static Set<String> industries(JsonReader json) throws IOException, Unreadable {
    if (json.peek() != JsonToken.BEGIN_ARRAY) {
      throw new Unreadable(
          "industries is not an array: " + RootObject.shortened(RootObject.found(json)));
    }
    Set<String> industries = new TreeSet<>();
    json.beginArray();
    while (json.hasNext()) {
      if (json.peek() != JsonToken.STRING) {
        throw new Unreadable(
            "an industry is not a string: " + RootObject.shortened(RootObject.found(json)));
      }
      String name = json.nextString(); // refuses half a surrogate pair, which has no UTF-8 form
      int bytes = Keys.utf8(name).length;
      if (bytes == 0 || bytes > NAME_BYTES_MAX) {
        throw new Unreadable(
            "an industry has " + bytes + " bytes; 1 to " + NAME_BYTES_MAX + " are accepted");
      }
      industries.add(name);
    }
    json.endArray();
    if (industries.size() > INDUSTRIES_MAX) {
      throw new Unreadable(
          industries.size() + " industries; up to " + INDUSTRIES_MAX + " are accepted");
    }
    return industries;
  }
}
