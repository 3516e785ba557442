package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.tally.json.JsonScanner;
import dev.tally.json.Utf8;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a sales row with gson, and says exactly what is wrong with a value that is not one. It is
 * the reference: what it accepts is what tally accepts (README, "What is accepted"). Stateless: any
 * thread may use it.
 */
final class SaleReader {
  static final int STOCK_CODE_BYTES_MAX = 1024;

  private static final int DECIMALS_MAX = 9;
  private static final BigDecimal NUMBER_END = BigDecimal.TEN.pow(15);
  private static final BigDecimal EPOCH_END = BigDecimal.TEN.pow(11);
  private static final BigDecimal CLOCK_END = new BigDecimal(Long.MAX_VALUE).movePointLeft(9);

  /** RFC 8259, section 6. */
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

  private static final String GSON_ADVICE =
      "Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON";

  private static final Pattern ZERO = Pattern.compile("-?0(?:\\.0+)?(?:[eE].*)?");

  /** A value: the text of a string, the characters of a number, or what it is instead. */
  private record Scalar(JsonToken token, String text) {}

  private SaleReader() {}

  /**
   * Reads the four fields into `sale`.
   *
   * @throws Unreadable with the field that is wrong and what was found there
   */
  static void read(byte @Nullable [] value, Sale sale) throws Unreadable {
    if (value == null) {
      throw new Unreadable("the value is null (a tombstone)");
    }
    if (value.length == 0) {
      throw new Unreadable("the value is empty");
    }
    String text = Utf8.decode(value);
    if (text == null) {
      throw new Unreadable("the value is not UTF-8");
    }
    Scalar price = null;
    Scalar quantity = null;
    Scalar stockCode = null;
    Scalar invoiceDate = null;
    try (JsonReader json = new JsonReader(new StringReader(withoutBareWords(text)))) {
      json.setStrictness(Strictness.STRICT);
      if (json.peek() != JsonToken.BEGIN_OBJECT) {
        throw new Unreadable(
            "the value is JSON but not an object: "
                + (json.peek() == JsonToken.NULL ? text.strip() : kind(json.peek())));
      }
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "Price" -> price = scalar(json);
          case "Quantity" -> quantity = scalar(json);
          case "StockCode" -> stockCode = scalar(json);
          case "InvoiceDate" -> invoiceDate = scalar(json);
          default -> json.skipValue();
        }
      }
      json.endObject();
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw new Unreadable("something follows the JSON object");
      }
    } catch (EOFException e) {
      throw new Unreadable("the JSON ends too early");
    } catch (MalformedJsonException e) {
      throw new Unreadable("not JSON: " + shortened(malformed(e)));
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
    setCode(asWritten("StockCode", stockCode, text), sale);
    setEpoch(asWritten("InvoiceDate", invoiceDate, text), sale);
    sale.setAmount(
        number("Price", asWritten("Price", price, text)),
        number("Quantity", asWritten("Quantity", quantity, text)));
  }

  /** The message of gson without its advice to programmers. */
  private static String malformed(MalformedJsonException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return (end < 0 ? message : message.substring(0, end)).replace(GSON_ADVICE, "malformed");
  }

  private static Scalar scalar(JsonReader json) throws IOException {
    JsonToken token = json.peek();
    if (token == JsonToken.STRING || token == JsonToken.NUMBER) {
      return new Scalar(token, json.nextString());
    }
    if (token == JsonToken.BOOLEAN) {
      return new Scalar(token, String.valueOf(json.nextBoolean()));
    }
    json.skipValue();
    return new Scalar(token, kind(token));
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case BEGIN_OBJECT -> "an object";
      case BEGIN_ARRAY -> "an array";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      default -> "null";
    };
  }

  /**
   * A member as a message has to show it: what was read as null may be a bare word. gson's lenient
   * reader takes bare words for strings, and otherwise reads the members that the strict one read.
   */
  private static @Nullable Scalar asWritten(String name, @Nullable Scalar read, String text) {
    if (read == null || read.token() != JsonToken.NULL) {
      return read;
    }
    String written = read.text();
    try (JsonReader json = new JsonReader(new StringReader(text))) {
      json.setStrictness(Strictness.LENIENT);
      json.beginObject();
      while (json.hasNext()) {
        if (json.nextName().equals(name)) {
          written = scalar(json).text(); // of repeated names the last one counts
        } else {
          json.skipValue();
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("this was read before", e);
    }
    return new Scalar(JsonToken.NULL, written);
  }

  /**
   * The text with null in place of Python's bare NaN, Infinity and -Infinity. Where such a word is
   * not a whole value null is not one either, and strict gson refuses both. A raw control character
   * in a string is refused here, because gson does not check the strings that it skips.
   */
  private static String withoutBareWords(String text) throws Unreadable {
    StringBuilder result = new StringBuilder(text.length() + 16);
    boolean inString = false;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int length = 1;
      if (c == '"') {
        inString = !inString;
      } else if (inString && c < ' ') {
        throw new Unreadable(
            String.format("not JSON: a string with a raw character U+%04X", (int) c));
      } else if (inString && c == '\\') {
        length = Math.min(2, text.length() - i);
      } else if (!inString && bareWordLength(text, i) > 0) {
        result.append("null");
        i += bareWordLength(text, i);
        continue;
      }
      result.append(text, i, i + length);
      i += length;
    }
    return result.toString();
  }

  private static int bareWordLength(String text, int at) {
    for (String word : new String[] {"NaN", "Infinity", "-Infinity"}) {
      if (text.startsWith(word, at)) {
        return word.length();
      }
    }
    return 0;
  }

  private static void setCode(@Nullable Scalar code, Sale sale) throws Unreadable {
    Scalar found = required("StockCode", code);
    if (found.token() != JsonToken.STRING && found.token() != JsonToken.NUMBER) {
      throw new Unreadable("StockCode is not a string: " + found.text());
    }
    byte[] bytes = Utf8.encode(found.text());
    if (bytes == null) {
      throw new Unreadable("StockCode holds half a surrogate pair");
    }
    if (bytes.length == 0 || bytes.length > STOCK_CODE_BYTES_MAX) {
      throw new Unreadable(
          "StockCode has "
              + bytes.length
              + " bytes; 1 to "
              + STOCK_CODE_BYTES_MAX
              + " are accepted");
    }
    sale.code().set(bytes, 0, bytes.length);
  }

  private static void setEpoch(@Nullable Scalar invoiceDate, Sale sale) throws Unreadable {
    Scalar found = required("InvoiceDate", invoiceDate);
    if (found.token() != JsonToken.NUMBER) {
      throw new Unreadable(
          "InvoiceDate is not a number of seconds since 1970: " + shortened(found.text()));
    }
    BigDecimal seconds = decimal("InvoiceDate", found.text());
    if (seconds.signum() < 0 || seconds.compareTo(EPOCH_END) >= 0) {
      throw new Unreadable(
          "InvoiceDate is out of range, 0 to 10^11 seconds: " + shortened(found.text()));
    }
    long nanos =
        seconds.compareTo(CLOCK_END) >= 0
            ? Sale.BEYOND_CLOCK
            : seconds.movePointRight(9).longValueExact();
    byte[] text = found.text().getBytes(US_ASCII);
    sale.setEpoch(nanos, text, 0, text.length);
  }

  private static BigDecimal number(String name, @Nullable Scalar scalar) throws Unreadable {
    Scalar found = required(name, scalar);
    if (found.token() != JsonToken.STRING && found.token() != JsonToken.NUMBER) {
      throw new Unreadable(name + " is not a number: " + found.text());
    }
    BigDecimal number = decimal(name, found.text());
    if (number.abs().compareTo(NUMBER_END) >= 0) {
      throw new Unreadable(name + " is out of range, |x| < 10^15: " + shortened(found.text()));
    }
    return number;
  }

  private static Scalar required(String name, @Nullable Scalar scalar) throws Unreadable {
    if (scalar == null) {
      throw new Unreadable(name + " is missing");
    }
    return scalar;
  }

  private static BigDecimal decimal(String name, String text) throws Unreadable {
    // Numbers in strings are held to the length that gson allows for literals.
    if (text.length() > JsonScanner.NUMBER_CHARACTERS_MAX || !NUMBER.matcher(text).matches()) {
      throw new Unreadable(name + " is not a number: " + shortened(text));
    }
    if (ZERO.matcher(text).matches()) {
      return BigDecimal.ZERO; // for any exponent; BigDecimal refuses large ones
    }
    BigDecimal number;
    try {
      number = new BigDecimal(text).stripTrailingZeros();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new Unreadable(name + " is out of range: " + shortened(text));
    }
    if (number.scale() > DECIMALS_MAX) {
      throw new Unreadable(name + " has more than 9 decimals: " + shortened(text));
    }
    // Counts the digits before the point without building a number that may have a billion.
    if ((long) number.precision() - number.scale() > 15) {
      throw new Unreadable(name + " is out of range: " + shortened(text));
    }
    return number;
  }

  /** Enough of a value to recognise it in a message. */
  static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
