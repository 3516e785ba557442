package dev.tally.it;

import dev.tally.StartsProcesses;
import dev.tally.state.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to saved state between two runs, every answer is exact, or a stop says why. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class StateChaosTest {
  private static final int COPIES_MAX = 4;

  private final Trial trial;
  private final Path copies;
  private final Chaos chaos = Chaos.begin(20);
  private final Random random = chaos.random();
  private final List<Path> kept = new ArrayList<>();
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private int rows;

  StateChaosTest(Cluster kafka, @TempDir Path folder) throws Exception {
    this.trial = Trial.create(kafka, folder, 2);
    this.copies = Files.createDirectory(folder.resolve("copies"));
  }

  @Test
  void stateThatIsDamagedAtRandomIsRebuiltOrAClearStopAndNeverAWrongAnswer() throws Exception {
    run("nothing");
    int rounds = 1;
    for (; rounds < 3 || chaos.goesOn(); rounds++) {
      if (random.nextInt(3) == 0) {
        keepACopy();
      }
      run(trouble());
    }
    trial.assertExact(rows);
    System.out.printf("%,d rounds, %,d rows exact: %s%n", rounds, rows, outcomes);
  }

  private void run(String trouble) throws Exception {
    int more = 20 + random.nextInt(200);
    trial.send(rows, rows + more);
    rows += more;
    Outcome outcome = trial.runUntilEnd();
    if (outcome.exitCode() == Outcome.DISK) {
      outcome.stopped(Outcome.DISK, trial.state().toString(), "--state.dir");
      count(trouble + " -> stop");
      trial.deleteState();
      trial.runUntilEnd().done();
    } else {
      String text = outcome.done().output();
      // Of two partitions, each on its own.
      int restored = text.split("state restored at ", -1).length - 1;
      count(trouble + (restored == 2 ? " -> restored" : " -> rebuilt"));
    }
  }

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  private String trouble() throws IOException {
    return switch (random.nextInt(8)) {
      case 0 -> {
        trial.deleteState();
        yield "deleted";
      }
      case 1 -> putAnOldCopyBack();
      case 2 -> putAnOldFileBack();
      default -> {
        String kinds = damageAFile();
        yield random.nextInt(3) > 0 ? kinds : "several, also " + damageAFile();
      }
    };
  }

  private String damageAFile() throws IOException {
    Path file = any(filesOf(database(trial.state())));
    Damage damage = any(Damage.to(Files.readAllBytes(file), random));
    damage.inflict(file);
    return kind(file) + " " + damage.name().replaceAll(" [0-9]+.*", "");
  }

  private void keepACopy() throws IOException {
    if (kept.size() == COPIES_MAX) {
      Damage.deleteTree(kept.remove(0));
    }
    Path copy = copies.resolve("copy-" + rows);
    Damage.copyTree(trial.state(), copy);
    kept.add(copy);
  }

  private String putAnOldCopyBack() throws IOException {
    if (kept.isEmpty()) {
      return "nothing";
    }
    trial.deleteState();
    Damage.copyTree(any(kept), trial.state());
    return "an old copy";
  }

  /** One file of an old copy among newer ones. */
  private String putAnOldFileBack() throws IOException {
    if (kept.isEmpty()) {
      return "nothing";
    }
    Path old = any(filesOf(database(any(kept))));
    Path file = database(trial.state()).resolve(old.getFileName().toString());
    Files.copy(old, file, StandardCopyOption.REPLACE_EXISTING);
    return "an old " + kind(old);
  }

  private Path database(Path state) {
    return state.resolve(trial.group()).resolve("slot-0").resolve("db");
  }

  /** The files that RocksDB reads. */
  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !kind(file).matches("LOG.*|LOCK|IDENTITY")).sorted().toList();
    }
  }

  private static String kind(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.contains(".") ? name.substring(name.indexOf('.')) : name.replaceAll("-.*", "");
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
