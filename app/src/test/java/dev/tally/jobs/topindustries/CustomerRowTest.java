package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.jobs.sources.Unreadable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CustomerRowTest {
  @Test
  void industriesAreSortedAndEachIsThereOnce() throws Unreadable {
    String row =
        "{\"customer_id\":\"x\",\"company_name\":\"\u0416\",\"industries\":"
            + "[\"Polymer\",\"Food\",\"Oil&Gas\",\"Food\"]}";
    assertEquals(
        List.of("Food", "Oil&Gas", "Polymer"), CustomerRow.industries(row.getBytes(UTF_8)));
    assertEquals(List.of(), CustomerRow.industries("{\"industries\":[]}".getBytes(UTF_8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "{} > industries is missing",
        "{\"industries\":\"Food\"} > industries is not an array: Food",
        "{\"industries\":[7]} > an industry is not a string: 7",
        "{\"industries\":[\"\"]} > an industry has 0 bytes; 1 to 256 are accepted",
        "[] > the value is JSON but not an object: an array"
      })
  void aRowThatIsNoneIsNamed(String row, String message) {
    Unreadable refused =
        assertThrows(Unreadable.class, () -> CustomerRow.industries(row.getBytes(UTF_8)));
    assertEquals(message, refused.what());
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] row = "{\"industries\":[\"Caf\u00e9\"]}".getBytes(StandardCharsets.ISO_8859_1);
    Unreadable refused = assertThrows(Unreadable.class, () -> CustomerRow.industries(row));
    assertEquals("the value is not UTF-8", refused.what());
  }
}
