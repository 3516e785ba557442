package dev.tally.audit.rollingsum;

import com.google.gson.stream.JsonToken;
import dev.tally.audit.JsonObjectText;
import dev.tally.audit.JsonObjectText.Member;
import dev.tally.audit.Unusable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A readable sales row.
 *
 * @param epoch InvoiceDate as it is written
 * @param seconds the value of InvoiceDate, in seconds since 1970
 * @param amount Price x Quantity
 */
record Row(String code, String epoch, BigDecimal seconds, BigDecimal amount) {
  private static final Set<String> NEEDED = Set.of("StockCode", "Quantity", "Price", "InvoiceDate");
  private static final int CODE_BYTES_MAX = 1_024;
  private static final int NUMBER_CHARS_MAX = 1_023;
  private static final int DECIMALS_MAX = 9;
  private static final BigDecimal AMOUNT_LIMIT = BigDecimal.TEN.pow(15);
  private static final BigDecimal SECONDS_LIMIT = BigDecimal.TEN.pow(11);
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

  /** With a larger exponent, no mantissa of fewer than 1,024 characters is in range. */
  private static final int EXPONENT_BITS_MAX = 12;

  /**
   * Reads a record value by the table "What is accepted" of the README.
   *
   * @throws Unusable if it is unreadable
   */
  static Row parse(byte @Nullable [] value) throws Unusable {
    Map<String, Member> members = JsonObjectText.members(value, NEEDED);
    String code = code(members.get("StockCode"));
    BigDecimal price = amount("Price", members.get("Price"));
    BigDecimal quantity = amount("Quantity", members.get("Quantity"));
    Member date = members.get("InvoiceDate");
    if (date == null || date.kind() != JsonToken.NUMBER) {
      throw new Unusable("InvoiceDate is not a number");
    }
    BigDecimal seconds = exact("InvoiceDate", date.text());
    if (seconds.signum() < 0 || seconds.compareTo(SECONDS_LIMIT) >= 0) {
      throw new Unusable("InvoiceDate is out of range");
    }
    return new Row(code, date.text(), seconds, price.multiply(quantity));
  }

  private static String code(@Nullable Member member) throws Unusable {
    if (member == null || member.kind() == JsonToken.NULL) {
      throw new Unusable("StockCode is neither a string nor a number");
    }
    String code = member.text();
    for (int i = 0; i < code.length(); i++) {
      if (Character.isSurrogate(code.charAt(i))) {
        boolean pair =
            i + 1 < code.length() && Character.isSurrogatePair(code.charAt(i), code.charAt(i + 1));
        if (!pair) {
          throw new Unusable("StockCode holds half a surrogate pair");
        }
        i++;
      }
    }
    int bytes = code.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > CODE_BYTES_MAX) {
      throw new Unusable("StockCode has " + bytes + " bytes");
    }
    return code;
  }

  private static BigDecimal amount(String name, @Nullable Member member) throws Unusable {
    if (member == null
        || member.kind() == JsonToken.NULL
        || member.text().length() > NUMBER_CHARS_MAX
        || (member.kind() == JsonToken.STRING && !NUMBER.matcher(member.text()).matches())) {
      throw new Unusable(name + " is not a number");
    }
    BigDecimal amount = exact(name, member.text());
    if (amount.abs().compareTo(AMOUNT_LIMIT) >= 0) {
      throw new Unusable(name + " is out of range");
    }
    return amount;
  }

  /**
   * The exact value of a JSON number.
   *
   * @throws Unusable if it is not a multiple of 10^-9, or far out of range
   */
  private static BigDecimal exact(String name, String number) throws Unusable {
    int e = Math.max(number.indexOf('e'), number.indexOf('E'));
    BigDecimal value = new BigDecimal(e < 0 ? number : number.substring(0, e));
    if (value.signum() == 0) {
      return BigDecimal.ZERO;
    }
    if (e >= 0) {
      BigInteger exponent = new BigInteger(number.substring(e + 1));
      if (exponent.bitLength() > EXPONENT_BITS_MAX) {
        throw new Unusable(name + " is out of range");
      }
      value = value.scaleByPowerOfTen(exponent.intValueExact());
    }
    if (value.scale() > DECIMALS_MAX) {
      value = value.stripTrailingZeros();
    }
    if (value.scale() > DECIMALS_MAX) {
      throw new Unusable(name + " has more than 9 decimals");
    }
    return value;
  }
}
