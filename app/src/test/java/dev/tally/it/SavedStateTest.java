package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tally.StartsProcesses;
import dev.tally.state.Damage;
import dev.tally.state.FolderImage;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** `tally state`, as a user runs it, on what real instances have saved. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class SavedStateTest {
  private static final int PARTITIONS = 4;
  private static final int SALES_CODES = 5;

  private final Cluster kafka;
  private final Path folder;
  private final Trial trial;

  SavedStateTest(Cluster kafka, @TempDir Path folder) throws Exception {
    this.kafka = kafka;
    this.folder = folder;
    this.trial = Trial.create(kafka, folder, PARTITIONS);
  }

  private Outcome state(String... flags) throws Exception {
    List<String> arguments = arguments(trial.state(), flags);
    try (Instance instance = Instance.start(arguments, folder.resolve("state.log"))) {
      return instance.awaitEnd();
    }
  }

  private List<String> arguments(Path stateDir, String... flags) {
    List<String> arguments = new ArrayList<>(List.of("state"));
    arguments.addAll(List.of("--state.dir=" + stateDir, "--group.id=" + trial.group()));
    arguments.addAll(List.of(flags));
    return arguments;
  }

  /** Each StockCode's newest answer is the sum of its saved window. */
  private void assertShowsAllAnswers(Outcome shown) throws Exception {
    Map<String, BigDecimal> sums = new HashMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (String answer : trial.answers(partition)) {
        JsonObject fields = JsonParser.parseString(answer).getAsJsonObject();
        sums.put(
            fields.get("StockCode").getAsString(), fields.get("10minutesSum").getAsBigDecimal());
      }
    }
    assertTrue(sums.size() == SALES_CODES, sums::toString);
    sums.forEach(
        (code, sum) ->
            assertTrue(
                shown
                    .output()
                    .lines()
                    .anyMatch(
                        line ->
                            line.strip().startsWith(code + " ")
                                && line.contains(
                                    " sum " + sum.stripTrailingZeros().toPlainString() + " ")),
                () -> code + " " + sum + "\n" + shown.output()));
  }

  private void assertShowsAllOffsets(Outcome shown) throws Exception {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      if (!trial.answers(partition).isEmpty()) {
        long offset = kafka.committed(trial.group(), trial.partition(partition)).offset();
        shown
            .says("  " + trial.partition(partition) + System.lineSeparator())
            .says(String.format(Locale.ROOT, "  offset       %,d%n", offset));
      }
    }
  }

  @Test
  void anOrderlyEndOfTwoWorkersIsShownInFullAndNothingIsChanged() throws Exception {
    trial.send(0, 300);
    try (Instance instance = trial.start("--threads=2")) {
      trial.awaitShared(2, instance);
      trial.awaitAnswered(instance);
      state().stopped(Outcome.DISK, "in use by a running instance").says("slot-0").says("slot-1");
      instance.requireAlive().terminate().done();
    }
    Map<String, String> before = FolderImage.of(trial.state());
    Outcome shown = state("--windows=100").done();
    assertEquals(before, FolderImage.of(trial.state()));
    assertShowsAllAnswers(shown);
    assertShowsAllOffsets(shown);
    shown.says("slot-0").says("slot-1").says("window=600000ms");
    trial.runUntilEnd().done().says("state restored at ");
  }

  /** The newest rows are in RocksDB's log only. With one megabyte, windows leave memory early. */
  @ParameterizedTest
  @ValueSource(strings = {"512", "1"})
  void whatAKilledInstanceHasSavedIsShownAndNothingIsChanged(String megabytes) throws Exception {
    int codes = 20_000;
    trial.send(0, 300);
    sendManyCodes(codes);
    try (Instance instance = trial.start("--state.memory.mb=" + megabytes)) {
      trial.awaitAnswered(instance);
      // As in a backup: what is saved by now, in a folder that no instance uses.
      Path copy = folder.resolve("copy");
      Await.until(
          "all is saved",
          instance::output,
          () -> {
            Damage.deleteTree(copy);
            Damage.copyTree(trial.state(), copy);
            return stockCodes(Trial.inProcess(arguments(copy))) == codes + SALES_CODES;
          });
      instance.requireAlive().kill();
    }
    Map<String, String> before = FolderImage.of(trial.state());
    Outcome shown = state("--windows=0").done();
    assertEquals(before, FolderImage.of(trial.state()));
    assertEquals(codes + SALES_CODES, stockCodes(shown));
  }

  private static long stockCodes(Outcome shown) {
    return Pattern.compile("windows +([0-9,]+) StockCodes")
        .matcher(shown.output())
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1).replace(",", "")))
        .sum();
  }

  /** Their windows together do not fit into a megabyte. */
  private void sendManyCodes(int codes) throws Exception {
    List<ProducerRecord<byte[], byte[]>> rows = new ArrayList<>();
    for (int i = 0; i < codes; i++) {
      String code = "many " + i;
      String value =
          "{\"StockCode\":\"%s\",\"Quantity\":1,\"Price\":1,\"InvoiceDate\":%d}"
              .formatted(code, Sales.FIRST_SECOND + 300L * Sales.STEP_SECONDS);
      rows.add(new ProducerRecord<>(trial.input(), code.getBytes(UTF_8), value.getBytes(UTF_8)));
    }
    kafka.send(rows);
  }

  @Test
  void namesThatHaveNoStateAreAnsweredWithThoseThatHave() throws Exception {
    trial.send(0, 50);
    trial.runUntilEnd().done();
    state("--group.id=wibble")
        .stopped(Outcome.USAGE, "'wibble'", "--group.id='" + trial.group() + "'");
    state("--state.dir=" + folder.resolve("nowhere")).stopped(Outcome.USAGE, "no such folder");
    state("--state.dir=" + folder)
        .stopped(Outcome.USAGE, "--state.dir=" + trial.state() + " --group.id=");
  }
}
