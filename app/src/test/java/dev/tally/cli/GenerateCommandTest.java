package dev.tally.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
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
    "--key=uid, --key uid is for frames; add --frames",
    "--users=5, --users is for frames; add --frames, or leave it out",
    "--seed=1, --seed is for frames and orders; add --frames or --orders",
    "--days=5, --days is for orders; add --orders, or leave it out",
  })
  void aWrongFlagEndsWithTwoAndIsNamedBeforeABrokerIsAsked(String flag, String named) {
    assertRefused(named, flag);
  }

  @ParameterizedTest
  @CsvSource({
    "--users=0, --users 0: give 1 to",
    "--users=some, --users",
    "--start=yesterday, --start 'yesterday'",
    "--frames.per.second=5, --frames.per.second 5 has no meaning with --start now",
    "--late.share=1.5, --late.share 1.5: give 0 to 1",
    "--late.share=-1, is not a share; write 0 to 1",
    "--late.seconds=0, --late.seconds 0: give 1 to",
    "--flips=often, is not a share; write 0 to 1",
    "--decoys=maybe, 'is none of: on, off'",
    "--string.ts=2, --string.ts 2.0: give 0 to 1",
    "--seed=x, --seed",
    "--key=stockcode, --key stockcode is for sales rows",
    "--file=rows.csv, --file is for sales rows; leave out --frames and --orders",
    "--event.time=now, --event.time is for sales rows; leave out --frames and --orders",
    "--missing=null, --missing is for sales rows; leave out --frames and --orders",
    "--count=0, --count 0",
    "--rate=1.5, --rate",
    "--producer.acks=1, --producer.acks",
  })
  void aWrongFlagOfFramesIsNamedBeforeABrokerIsAsked(String flag, String named) {
    assertRefused(named, "--frames", flag);
  }

  @ParameterizedTest
  @CsvSource({
    "--frames, '--frames and --orders: give one'",
    "--users=5, --users is for frames; add --frames",
    "--missing=null, --missing is for sales rows",
    "--loop, --loop is for sales rows; orders have no end",
    "--key=uid, --key uid is not for orders",
    "--days=-1, --days -1: give 0 to",
    "--history.end=yesterday, --history.end 'yesterday'",
    "--history.end=1970-01-02T00:00:00Z, with --days 32 after 1970",
    "--history.end=2023-04-01T00:00:00.5Z, whole seconds",
    "--customers=0, --customers 0: give 1 to",
    "--repeats=often, is not a share",
    "--conflicts=1, --repeats 0.01 and --conflicts 1.0 are more than 1",
    "--customers.file=/nowhere/customers.csv, --customers.file /nowhere/customers.csv cannot",
    "--producer.acks=1, --producer.acks",
  })
  void aWrongFlagOfOrdersIsNamedBeforeABrokerIsAsked(String flag, String named) {
    assertRefused(named, "--orders", flag);
  }

  @Test
  void aHistoryOnlyHasItsOwnCount() {
    assertRefused("give one of them", "--orders", "--history.only", "--count=5");
    assertRefused("leaves no orders", "--orders", "--history.only", "--days=0");
  }

  private static void assertRefused(String named, String... flags) {
    List<String> args = new ArrayList<>(List.of("generate", "--bootstrap.servers", "localhost:1"));
    args.addAll(List.of(flags));
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
