package dev.tally.jobs.sources;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads the object that a record holds with gson's strict streaming reader, no farther than its
 * members are wanted, and says exactly what is wrong with a value that does not get there.
 * Stateless: any thread may use it.
 */
public final class RootObject {
  private static final String GSON_ADVICE =
      "Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON";

  private static final int SHOWN_CHARACTERS_MAX = 80;
  private static final int MALFORMED_CHARACTERS_MAX = 160; // its end tells where

  private RootObject() {}

  /** Takes the members of an object in their order. */
  public interface Members {
    /** Whether all that is wanted has been found, so that reading stops. */
    boolean complete();

    /**
     * Reads the value of a member, or leaves it to be skipped.
     *
     * @return whether it has read the value
     */
    boolean take(String name, JsonReader json) throws IOException, Unreadable;
  }

  /**
   * The text of a record's value; bytes that are not UTF-8 are replaced.
   *
   * @throws Unreadable if there is none
   */
  public static String text(byte @Nullable [] value) throws Unreadable {
    if (value == null) {
      throw new Unreadable("the value is null (a tombstone)");
    }
    if (value.length == 0) {
      throw new Unreadable("the value is empty");
    }
    return new String(value, UTF_8);
  }

  /**
   * Gives the members of the object to `members`, until it is complete or the object ends.
   *
   * @throws Unreadable if the text is not JSON as far as it is read, or not an object
   */
  public static void read(String text, Members members) throws Unreadable {
    try (JsonReader json = new JsonReader(new StringReader(text))) {
      json.setStrictness(Strictness.STRICT);
      if (json.peek() != JsonToken.BEGIN_OBJECT) {
        throw new Unreadable("the value is JSON but not an object: " + shortened(found(json)));
      }
      json.beginObject();
      while (!members.complete() && json.hasNext()) {
        if (!members.take(json.nextName(), json)) {
          json.skipValue();
        }
      }
    } catch (EOFException e) {
      throw new Unreadable("the JSON ends too early");
    } catch (MalformedJsonException e) {
      throw new Unreadable("not JSON: " + shortened(malformed(e), MALFORMED_CHARACTERS_MAX));
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
  }

  /** The text of a string, the characters of a number, or what the value is instead. */
  public static String found(JsonReader json) throws IOException {
    return switch (json.peek()) {
      case STRING, NUMBER -> json.nextString();
      case BOOLEAN -> String.valueOf(json.nextBoolean());
      case NULL -> "null";
      case BEGIN_ARRAY -> "an array";
      case BEGIN_OBJECT -> "an object";
      default -> throw new IllegalStateException("a value cannot be " + json.peek());
    };
  }

  /** The message of gson without its advice to programmers. */
  private static String malformed(MalformedJsonException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return (end < 0 ? message : message.substring(0, end)).replace(GSON_ADVICE, "malformed");
  }

  /** Enough of a value to recognise it in a message. */
  public static String shortened(String text) {
    return shortened(text, SHOWN_CHARACTERS_MAX);
  }

  private static String shortened(String text, int charactersMax) {
    return text.length() <= charactersMax ? text : text.substring(0, charactersMax) + "...";
  }
}
