package dev.tally.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Real sales rows, nasty ones, and the pieces that rows are made of. */
public final class SalesRows {
  private static final String CAPTURE = "/dev/tally/generate/sales/generator-capture-3000.jsonl.gz";

  /** The smallest row without its last brace, to add members to. */
  private static final String SMALL =
      "{\"StockCode\":\"a\",\"Price\":1,\"Quantity\":2,\"InvoiceDate\":1795191575.5";

  private SalesRows() {}

  /** Rows that the original producer sent. */
  public static List<byte[]> captured() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(requireNonNull(SalesRows.class.getResourceAsStream(CAPTURE))),
                UTF_8))) {
      return lines.lines().map(line -> line.getBytes(UTF_8)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows at the limits of what is accepted. */
  public static List<byte[]> nasty() {
    return Stream.of(
            SMALL + "}",
            "\ufeff" + SMALL + "}",
            "\ufeff\ufeff" + SMALL + "}",
            SMALL + "} ",
            SMALL + ",\"x\":\"\u00e9\"}",
            SMALL + "}}",
            SMALL + ",\"x\":" + "[".repeat(254) + "]".repeat(254) + "}",
            SMALL + ",\"x\":" + "[".repeat(255) + "]".repeat(255) + "}",
            SMALL + ",\"x\":" + "{\"x\":".repeat(253) + "0" + "}".repeat(254),
            SMALL + ",\"x\":" + "9".repeat(1_023) + "}",
            SMALL + ",\"x\":" + "9".repeat(1_024) + "}",
            SMALL + ",\"x\":[NaN,-Infinity,{\"StockCode\":null}]}",
            SMALL + ",\"Stock\\u0043ode\":\"\\ud83d\\ude00\"}",
            SMALL + ",\"StockCode\":" + "\"\\u00e9\\n\"" + "}",
            SMALL + ",\"StockCode\":-1.50e3,\"Price\":\"1E-9\",\"Quantity\":\"-9e14\"}",
            SMALL + ",\"Price\":999999999999999.999999999}",
            SMALL + ",\"Price\":999999999999999,\"Quantity\":-999999999999999}",
            SMALL + ",\"Price\":0." + "0".repeat(199) + "1e200}",
            SMALL + ",\"StockCode\":\"\\ud83d\"}",
            SMALL + ",\"StockCode\":\"\\f\\b\\u0001\\u001f\\/\\\"\"}",
            SMALL + ",\"InvoiceDate\":1795191575.5000000000}",
            "[" + SMALL + "}]",
            "NaN",
            "")
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }

  /** Names, values at the limits, and pieces of JSON and of what only looks like it. */
  public static List<String> tokens() {
    List<String> tokens = new ArrayList<>(List.of(" ", "\n", "\r", "\t", "\f", "\b", "\u00a0"));
    for (String words :
        List.of(
            "\" \\ \\\" \\u00e9 \\u0000 \\ud83d \\ude00 \\u12g4 \\x \\' { } [ ] [] {} , : ; =",
            "=> ' # \u2028 \u2029 \u00e9 \ud83d\ude00 \ufeff /* */ // \u0663 0x10 1_0 0 00 01 -",
            "-0 + . .0 .5 1. -.5 e5 1e 1e5 1E+5 1e-9 1e-10 0e0 0e99999999999 1e400 1e-400",
            "1e2147483648 -0.0 0.0 1e99999999999999999999 123456789 999999999999999",
            "1000000000000000 0.000000001 1.000000 999999999999999.999999999 0.0000000001",
            "0.0000001 123456789.123456789 99999999999 100000000000 9223372036",
            "9223372036.854775806 9223372036.854775807 9223372036.9 9223372037",
            "9223372036854775807 9223372036854775808 18446744073709551616 1795191575.5",
            "1795191875 1795192175.500000001 1795191515.5 NaN -NaN nan Infinity -Infinity",
            "+Infinity null nul Null true false \"1.5\" \"\" \"NaN\" \"a\" \"b\" StockCode",
            "Price Quantity InvoiceDate \"StockCode\": \"StockCode\":\"x\", ,\"StockCode\":12",
            "\"Price\": \"a\": \"Price\":1.5, ,\"Price\":null \"Quantity\":-3, \"InvoiceDate\":",
            "\"Pr\\u0069ce\":7, \"a\":\"\", {\"StockCode\":\"x\"}")) {
      tokens.addAll(List.of(words.split(" ", -1)));
    }
    for (int length : new int[] {1_021, 1_022}) {
      tokens.add("1." + "0".repeat(length));
      tokens.add("9".repeat(length + 2));
      tokens.add("\"" + "a".repeat(length + 3) + "\"");
    }
    tokens.add("0." + "0".repeat(40));
    tokens.add("\"" + "\u00e9".repeat(513) + "\"");
    return tokens;
  }
}
