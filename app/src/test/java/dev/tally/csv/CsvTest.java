package dev.tally.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CsvTest {
  @Test
  void aQuotedFieldHoldsCommasLineEndsAndDoubledQuotes() throws IOException {
    assertEquals(
        List.of(List.of("1", "RECORD FRAME 7\" SINGLE, SIZE ", "a\r\nb", "")),
        parse("1,\"RECORD FRAME 7\"\" SINGLE, SIZE \",\"a\r\nb\",\r\n"));
  }

  @Test
  void aQuoteWithinAFieldIsText() throws IOException {
    assertEquals(List.of(List.of("7\" x 5\"", "ab\"c")), parse("7\" x 5\",\"a\"b\"c\n"));
  }

  @Test
  void theLastLineNeedsNoEndAndEmptyLinesAreSkipped() throws IOException {
    assertEquals(List.of(List.of("a", "b"), List.of("c", "")), parse("\na,b\r\n\r\nc,"));
  }

  @Test
  void aLineThatIsNotUtf8IsLatin1AndTheLinesAroundItStayUtf8() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("£1,é\n".getBytes(StandardCharsets.UTF_8));
    file.writeBytes("£2,é\n".getBytes(StandardCharsets.ISO_8859_1));
    file.writeBytes("£3,\uFFFD\n".getBytes(StandardCharsets.UTF_8));
    assertEquals(
        List.of(List.of("£1", "é"), List.of("£2", "é"), List.of("£3", "\uFFFD")),
        parse(file.toByteArray()));
  }

  @Test
  void aFieldWithoutClosingQuoteIsAnErrorOnTheLineWhereItsRecordBegins() {
    Csv csv = new Csv(bytes("a,b\n\n1,\"2\n3,4\n"));
    IOException e =
        assertThrows(
            IOException.class,
            () -> {
              while (csv.next() != null) {}
            });
    assertTrue(e.toString().contains("no closing quote"), e.toString());
    assertEquals(3, csv.line());
  }

  @Test
  void aRecordWithoutAnEndIsRefusedBeforeItFillsMemory() {
    Csv csv = new Csv(bytes("\"" + "0123456789\n".repeat(Csv.RECORD_BYTES_MAX / 11 + 1)));
    IOException e = assertThrows(IOException.class, csv::next);
    assertTrue(e.toString().contains("longer than"), e.toString());
  }

  @Test
  void anyTextReadsAsTheNaiveReferenceReadsIt() throws IOException {
    Random random = new Random(20091201);
    String[] pieces = {"a", " ", ",", ",", "\"", "\"\"", "\n", "\r\n", "\r", "£", "\uD83D\uDE00"};
    int compared = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(16); length > 0; length--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      List<List<String>> records;
      try {
        records = parse(text.toString());
      } catch (IOException e) {
        continue; // a quoted field without an end, which the reference cannot express
      }
      assertEquals(NaiveCsv.parse(text.toString()), records, () -> "<" + text + ">");
      compared++;
    }
    assertTrue(compared > 20_000, "compared only " + compared);
  }

  @Test
  void anyFieldsReadBackAsWrittenInAnyEncodingAndQuoting() throws IOException {
    Random random = new Random(13085);
    for (int i = 0; i < 5_000; i++) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      List<List<String>> written = new ArrayList<>();
      for (int rows = 1 + random.nextInt(4); rows > 0; rows--) {
        String[] fields = new String[2 + random.nextInt(3)];
        StringBuilder line = new StringBuilder();
        for (int f = 0; f < fields.length; f++) {
          fields[f] = field(random);
          boolean quoted = random.nextBoolean() || fields[f].matches("(?s).*[,\"\r].*");
          line.append(f == 0 ? "" : ",")
              .append(quoted ? '"' + fields[f].replace("\"", "\"\"") + '"' : fields[f]);
        }
        written.add(Arrays.asList(fields));
        boolean latin1 = random.nextBoolean();
        file.writeBytes(
            line.append(random.nextBoolean() ? "\r\n" : "\n")
                .toString()
                .getBytes(latin1 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
      }
      assertEquals(written, parse(file.toByteArray()));
    }
  }

  /** Its letters beyond ASCII are never adjacent, since two of them can be valid UTF-8. */
  private static String field(Random random) {
    String pieces = "ab ,\"\r";
    StringBuilder field = new StringBuilder();
    for (int length = random.nextInt(6); length > 0; length--) {
      field.append(pieces.charAt(random.nextInt(pieces.length())));
      if (random.nextInt(4) == 0) {
        field.append((char) (0xA0 + random.nextInt(0x60))).append('-');
      }
    }
    return field.toString();
  }

  private static List<List<String>> parse(String text) throws IOException {
    return parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<List<String>> parse(byte[] bytes) throws IOException {
    List<List<String>> records = new ArrayList<>();
    try (Csv csv = new Csv(new ByteArrayInputStream(bytes))) {
      for (List<String> record = csv.next(); record != null; record = csv.next()) {
        records.add(record);
      }
    }
    return records;
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
