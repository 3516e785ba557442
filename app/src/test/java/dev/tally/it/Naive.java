package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The answers that are due by the definition, to sound rows of which none is late. */
final class Naive {
  private record Sold(BigDecimal time, BigDecimal amount) {}

  private Naive() {}

  /**
   * The answers to all rows of one partition, in order.
   *
   * @param sumName what the sum is called, as in 10minutesSum
   */
  static List<String> answers(
      List<ConsumerRecord<byte[], byte[]>> rows, int windowSeconds, String sumName) {
    Map<String, List<Sold>> soldOf = new HashMap<>();
    List<String> answers = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : rows) {
      JsonObject row = JsonParser.parseString(new String(record.value(), UTF_8)).getAsJsonObject();
      String code = row.get("StockCode").getAsString();
      String epoch = row.get("InvoiceDate").getAsString();
      BigDecimal time = new BigDecimal(epoch);
      BigDecimal amount =
          row.get("Price").getAsBigDecimal().multiply(row.get("Quantity").getAsBigDecimal());
      List<Sold> sold = soldOf.computeIfAbsent(code, key -> new ArrayList<>());
      sold.add(new Sold(time, amount));
      BigDecimal from = time.subtract(BigDecimal.valueOf(windowSeconds));
      BigDecimal sum = BigDecimal.ZERO;
      for (Sold each : sold) {
        if (each.time().compareTo(from) >= 0 && each.time().compareTo(time) <= 0) {
          sum = sum.add(each.amount());
        }
      }
      answers.add(
          "{\"StockCode\":\"%s\",\"Epoch\":%s,\"%s\":%s}"
              .formatted(code, epoch, sumName, sum.stripTrailingZeros().toPlainString()));
    }
    return answers;
  }
}
