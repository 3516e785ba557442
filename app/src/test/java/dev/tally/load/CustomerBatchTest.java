package dev.tally.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CustomerBatchTest {
  private static final String HEADER = "customer_id,company_name,specialized_industries\n";

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Map<String, String> values(CustomerBatch batch) {
    Map<String, String> values = new LinkedHashMap<>();
    batch.values().forEach((id, value) -> values.put(id, new String(value, UTF_8)));
    return values;
  }

  private static CustomerBatch read(Path... files) {
    return CustomerBatch.read(List.of(files), Industries.BUILT_IN);
  }

  private static String refusal(Path file) {
    Stop stop = assertThrows(Stop.class, () -> read(file));
    assertEquals(Stop.Reason.USAGE, stop.reason());
    return String.valueOf(stop.getMessage());
  }

  @Test
  void industriesAreSortedAndOneCompanyMayHaveTwoIdsOrNoIndustry() throws IOException {
    Path file =
        file(
            "a.csv",
            HEADER
                + "c-1,Meyer & Söhne,\"Food;Agriculture\"\r\n"
                + "c-2,Meyer & Söhne, Oil&Gas ;Food;;Food\n"
                + "c-3,\"Nord, \"\"Süd\"\"\",");
    assertEquals(
        Map.of(
            "c-1",
            "{\"customer_id\":\"c-1\",\"company_name\":\"Meyer & Söhne\","
                + "\"industries\":[\"Agriculture\",\"Food\"]}",
            "c-2",
            "{\"customer_id\":\"c-2\",\"company_name\":\"Meyer & Söhne\","
                + "\"industries\":[\"Food\",\"Oil&Gas\"]}",
            "c-3",
            "{\"customer_id\":\"c-3\",\"company_name\":\"Nord, \\\"Süd\\\"\",\"industries\":[]}"),
        values(read(file)));
  }

  @Test
  void theLastRowOfACustomerCountsInTheOrderOfTheFiles() throws IOException {
    Path first = file("1.csv", HEADER + "c-1,A,Food\nc-1,B,Food\nc-2,C,Food");
    Path second = file("0.csv", "specialized_industries,note,customer_id,company_name\n,,c-2,D\n");
    assertEquals(
        Map.of(
            "c-1",
            "{\"customer_id\":\"c-1\",\"company_name\":\"B\",\"industries\":[\"Food\"]}",
            "c-2",
            "{\"customer_id\":\"c-2\",\"company_name\":\"D\",\"industries\":[]}"),
        values(read(first, second)));
  }

  @Test
  void aFileMayBeCompressedWhateverItIsCalled() throws IOException {
    Path file = folder.resolve("a.csv");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write((HEADER + "c-1,A,Food").getBytes(UTF_8));
    }
    assertEquals(Set.of("c-1"), read(file).values().keySet());
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 20));
    assertTrue(refusal(file).contains("the compressed data ends early"), refusal(file));
  }

  @Test
  void anUnknownIndustryIsReportedOnceWithItsPlaceAndTheNearestAndIsLeftOut() throws IOException {
    Path file = file("a.csv", HEADER + "c-1,A,\"Ploymer;Food\"\nc-2,B,Ploymer\nc-3,C,Astrology\n");
    CustomerBatch batch = read(file);
    assertEquals(
        List.of(
            file
                + ", line 4: there is no industry 'Astrology'. It counts nowhere (1 row;"
                + " --industries).",
            file
                + ", line 2: there is no industry 'Ploymer'. Did you mean Polymer? It counts"
                + " nowhere (2 rows; --industries)."),
        batch.unknownIndustries());
    assertEquals(
        "{\"customer_id\":\"c-1\",\"company_name\":\"A\",\"industries\":[\"Food\"]}",
        values(batch).get("c-1"));
    assertEquals(
        List.of(),
        CustomerBatch.read(List.of(file), new Industries(Set.of("Ploymer", "Food", "Astrology")))
            .unknownIndustries());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | is empty; its first line must name the columns customer_id,company_name",
        "'customer_id,company_name' | each once; it is 'customer_id,company_name'",
        "'customer_id,customer_id,company_name,specialized_industries' | each once; it is",
        "'customer_id,company_name,specialized_industries;c-1,Nord, Süd,' | line 2: 4 fields",
        "'customer_id,company_name,specialized_industries;c-1,A,;  ,B,' | line 3: the customer_id",
        "'customer_id,company_name,specialized_industries;c-1,\"A,' | line 2: the quoted field",
      })
  void aBrokenFileIsNamedWithItsLine(String text, String named) throws IOException {
    Path file = file("a.csv", text.replace(';', '\n'));
    assertTrue(refusal(file).startsWith(file.toString()), refusal(file));
    assertTrue(refusal(file).contains(named), refusal(file));
  }

  @Test
  void aFileOfIndustriesReplacesTheKnownOnes() throws IOException {
    Path file = file("industries.txt", "Food\r\n\n  Space \n");
    assertEquals(Set.of("Food", "Space"), Industries.read(file).names());
    for (String[] bad :
        new String[][] {{"\n", "names no industry"}, {"Food\nA;B", "line 2: 'A;B' has a ';'"}}) {
      Path wrong = file("wrong.txt", bad[0]);
      Stop stop = assertThrows(Stop.class, () -> Industries.read(wrong));
      assertTrue(String.valueOf(stop.getMessage()).contains(bad[1]), stop.toString());
    }
    Stop stop = assertThrows(Stop.class, () -> Industries.read(folder.resolve("none")));
    assertTrue(String.valueOf(stop.getMessage()).contains("none does not exist"), stop.toString());
  }
}
