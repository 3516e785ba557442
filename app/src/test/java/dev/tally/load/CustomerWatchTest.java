package dev.tally.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class CustomerWatchTest {
  @TempDir Path folder;

  private final BlockingQueue<List<Path>> loaded = new LinkedBlockingQueue<>();

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private CustomerWatch watch(CustomerWatch.Loader loader) {
    return new CustomerWatch(new CustomerFiles(List.of(folder)), Duration.ofMillis(100), loader);
  }

  private String note(List<Path> files) {
    loaded.add(files);
    return "loaded";
  }

  private List<Path> next() throws InterruptedException {
    List<Path> files = loaded.poll(30, TimeUnit.SECONDS);
    return files == null ? List.of() : files;
  }

  @Test
  void aFolderHasItsVisibleCsvFilesInTheOrderOfTheirNames() throws IOException {
    Path named = write("z.txt", "");
    Path b = write("b.csv.gz", "");
    Path a = write("a.csv", "");
    write(".c.csv", "");
    write("d.csv.part", "");
    Files.createDirectory(folder.resolve("e.csv"));
    assertEquals(List.of(named, a, b), new CustomerFiles(List.of(named, folder)).list());
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    Path none = folder.resolve("none");
    Stop missing = assertThrows(Stop.class, () -> new CustomerFiles(List.of(none)).list());
    assertEquals(none + " does not exist.", missing.getMessage());
    Stop empty = assertThrows(Stop.class, () -> new CustomerFiles(List.of(folder)).list());
    assertTrue(empty.toString().contains("there is no file *.csv"), empty.toString());
  }

  @Test
  @Timeout(60)
  void allFilesAreLoadedAgainWhenOneIsNewChangedOrGone() throws Exception {
    CustomerWatch watch = watch(this::note);
    Thread thread = new Thread(watch::run);
    thread.start();
    Path a = write("a.csv", "1");
    assertEquals(List.of(a), next());
    Path b = write("b.csv", "1");
    assertEquals(List.of(a, b), next());
    write("a.csv", "22");
    assertEquals(List.of(a, b), next());
    Files.delete(a);
    assertEquals(List.of(b), next());
    assertEquals(null, loaded.poll(500, TimeUnit.MILLISECONDS));
    watch.stop();
    thread.join();
  }

  @Test
  @Timeout(60)
  void filesThatCannotBeLoadedAreTriedAgainAndBrokersThatAreAwayEndTheWatch() throws Exception {
    AtomicReference<@Nullable Stop> failure = new AtomicReference<>(Stop.usage("line 7 is broken"));
    CustomerWatch watch =
        watch(
            files -> {
              note(files);
              Stop stop = failure.get();
              if (stop != null) {
                throw stop;
              }
              return "loaded";
            });
    write("a.csv", "1");
    AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
    Thread thread = new Thread(watch::run);
    thread.setUncaughtExceptionHandler((ended, thrown) -> end.set(thrown));
    thread.start();
    next();
    next();
    Stop away = Stop.kafka("no broker answered");
    failure.set(away);
    thread.join();
    assertEquals(away, end.get());
  }

  @Test
  void anIntervalThatIsTooShortIsRefused() {
    assertThrows(
        Stop.class,
        () ->
            new CustomerWatch(
                new CustomerFiles(List.of(folder)), Duration.ofMillis(99), this::note));
  }
}
