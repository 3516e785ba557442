package dev.tally.generate.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.tally.csv.Csv;
import dev.tally.generate.Records;
import dev.tally.load.Industries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CustomersFileTest {
  private static final OrderMix MIX = new OrderMix(400, 0, 0, false, 7);
  private static final Set<String> KNOWN = Industries.BUILT_IN.names();

  @TempDir Path folder;

  private Path write(OrderMix mix) {
    Path file = folder.resolve("customers.csv");
    CustomersFile.write(file, mix, KNOWN.stream().sorted().toList());
    return file;
  }

  @Test
  void theFileHasEveryCustomerOfTheOrdersAndTheDifficultiesOfRealOnes() throws Exception {
    Path file = write(MIX);
    Set<String> ids = new HashSet<>();
    Set<String> companies = new HashSet<>();
    Set<String> found = new HashSet<>();
    int several = 0;
    int none = 0;
    int misspelt = 0;
    try (Csv csv = new Csv(Files.newInputStream(file))) {
      assertEquals(List.of("customer_id", "company_name", "specialized_industries"), csv.next());
      for (List<String> row = csv.next(); row != null; row = csv.next()) {
        assertEquals(3, row.size(), row.toString());
        assertTrue(ids.add(row.get(0)));
        companies.add(row.get(1));
        List<String> industries = List.of(row.get(2).split(";", -1));
        several += industries.size() > 1 ? 1 : 0;
        none += row.get(2).isEmpty() ? 1 : 0;
        misspelt += row.get(2).isEmpty() || KNOWN.containsAll(industries) ? 0 : 1;
        found.addAll(industries);
      }
    }
    assertEquals(400, ids.size());
    assertEquals(390, companies.size(), "ten companies have two ids");
    assertTrue(companies.stream().anyMatch(name -> name.contains("\"")), "quotes");
    assertTrue(companies.stream().anyMatch(name -> name.contains(",")), "commas");
    assertTrue(several > 150 && none > 10 && misspelt > 5, several + " " + none + " " + misspelt);
    assertTrue(found.containsAll(KNOWN), found.toString());
    assertFalse(Files.readString(file).endsWith("\n"));

    Records orders = new OrderRecords(MIX, History.parse(3, "2023-04-01T00:00:00Z", 0, 7), true);
    for (int n = 0; n < orders.size(); n++) {
      assertNull(orders.key(n));
      String order = new String(orders.value(n, 0), UTF_8);
      String customer =
          JsonParser.parseString(order).getAsJsonObject().get("customer_id").getAsString();
      assertTrue(ids.contains(customer), customer);
    }
  }

  @Test
  void theSameSeedGivesTheSameFile() throws Exception {
    String first = Files.readString(write(MIX));
    assertEquals(first, Files.readString(write(MIX)));
    assertFalse(first.equals(Files.readString(write(new OrderMix(400, 0, 0, false, 8)))));
  }
}
