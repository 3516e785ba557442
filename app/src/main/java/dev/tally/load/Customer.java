package dev.tally.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.SortedSet;

/**
 * A customer as the topic tells it.
 *
 * @param industries those that are known. They are sorted, so that another order in a file is no
 *     change
 */
record Customer(String id, String companyName, SortedSet<String> industries) {
  /**
   * The value of its record, one spelling for one customer: {@code
   * {"customer_id":"..","company_name":"..","industries":["Agriculture","Food"]}}.
   */
  byte[] json() {
    JsonArray array = new JsonArray();
    industries.forEach(array::add);
    JsonObject json = new JsonObject();
    json.addProperty("customer_id", id);
    json.addProperty("company_name", companyName);
    json.add("industries", array);
    return json.toString().getBytes(UTF_8);
  }
}
