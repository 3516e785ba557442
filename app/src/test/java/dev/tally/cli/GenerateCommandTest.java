package dev.tally.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GenerateCommandTest {
  @ParameterizedTest
  @CsvSource({
    "--rate=0, --rate",
    "--rate=1.5, --rate",
    "--count=0, --count 0",
    "--count=57364, add --loop",
    "--partitions=0, --partitions 0",
    "--event.time=yesterday, --event.time 'yesterday'",
    "--event.time=csv, no InvoiceDate",
    "--key=country, --key",
    "--missing=empty, --missing",
    "--file=/nowhere/rows.csv, /nowhere/rows.csv",
    "--producer.acks=1, --producer.acks",
    "--producer.transactional.id=x, --producer.transactional.id",
  })
  void aWrongFlagEndsWithTwoAndIsNamedBeforeABrokerIsAsked(String flag, String named) {
    List<String> args = new ArrayList<>(List.of("generate", "--bootstrap.servers", "localhost:1"));
    args.add(flag);
    PrintStream stderr = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int exitCode;
    try {
      System.setErr(new PrintStream(said, true, UTF_8));
      exitCode = Tally.run(args.toArray(new String[0]));
    } finally {
      System.setErr(stderr);
    }
    assertTrue(said.toString(UTF_8).contains(named), said.toString(UTF_8));
    assertEquals(2, exitCode);
  }
}
