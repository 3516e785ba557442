package dev.tally;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Habits of the code that a formatter does not see. Each message names the cure. */
final class TidyTest {
  private static final int METHOD_LINES_MAX = 60;
  private static final int LINE_CHARACTERS_MAX = 100;

  private static final Path MAIN = Path.of("src/main/java");
  private static final Path TEST = Path.of("src/test/java");

  /** The first line of a method or constructor of a class that is at most one class deep. */
  private static final Pattern METHOD_BEGIN =
      Pattern.compile(
          "( {2}| {4})(?!return|throw|new|else|if|for|while|switch|try|do|@|\\*|//)\\S.*");

  private static final Pattern BAD_NAME =
      Pattern.compile("\\b(?:class|record|interface|enum) \\w*(?:Utils?|Helper|Manager|Impl)\\b");

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> sources =
          files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
      assertTrue(sources.size() > 10, "run from app/: " + root.toAbsolutePath());
      return sources;
    }
  }

  private static List<Path> allSources() throws IOException {
    List<Path> all = new ArrayList<>(sources(MAIN));
    all.addAll(sources(TEST));
    return all;
  }

  private static void assertNone(String cure, List<String> found) {
    assertEquals("", String.join("\n", found), cure);
  }

  private static List<String> linesThat(List<Path> files, Pattern pattern) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      int number = 0;
      for (String line : Files.readAllLines(file, UTF_8)) {
        number++;
        if (pattern.matcher(line).find()) {
          found.add(file + ":" + number + ": " + line.strip());
        }
      }
    }
    return found;
  }

  @Test
  void aMethodFitsAScreen() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : allSources()) {
      found.addAll(longMethods(file));
    }
    assertNone("more than " + METHOD_LINES_MAX + " lines: give a part of it a name", found);
  }

  /** Methods by indentation, which the formatter keeps: from ` x(..) {` to the next ` }`. */
  private static List<String> longMethods(Path file) throws IOException {
    List<String> found = new ArrayList<>();
    List<String> lines = Files.readAllLines(file, UTF_8);
    for (String indent : List.of("  ", "    ")) {
      int begin = -1;
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        boolean atIndent = line.startsWith(indent) && !line.startsWith(indent + " ");
        if (atIndent && METHOD_BEGIN.matcher(line).matches() && !isType(line)) {
          begin = line.startsWith(indent + "}") ? begin : i;
        }
        if (line.equals(indent + "}") && begin >= 0) {
          if (i - begin + 1 > METHOD_LINES_MAX) {
            found.add(file + ":" + (begin + 1) + ": " + (i - begin + 1) + " lines");
          }
          begin = -1;
        } else if (atIndent && isType(line)) {
          begin = -1;
        }
      }
    }
    return found;
  }

  private static boolean isType(String line) {
    return line.matches(".*\\b(class|interface|enum|record) \\w+.*");
  }

  @Test
  void aLineHasAtMostAHundredCharacters() throws IOException {
    assertNone(
        "run spotless:apply; break strings by hand",
        linesThat(
            allSources().stream().filter(file -> !file.endsWith("module-info.java")).toList(),
            Pattern.compile("^(?!import ).{" + (LINE_CHARACTERS_MAX + 1) + ",}")));
  }

  @Test
  void thereAreNoTabsAndNoBlanksAtTheEndOfALine() throws IOException {
    assertNone("two blanks an indent", linesThat(allSources(), Pattern.compile("\t|\\s$")));
  }

  @Test
  void aClassIsNamedForWhatItIs() throws IOException {
    assertNone(
        "say what it is, or move its methods where they belong", linesThat(allSources(), BAD_NAME));
  }

  @Test
  void everyPackageIsNullMarked() throws IOException {
    List<String> found = new ArrayList<>();
    Set<Path> folders = new TreeSet<>();
    for (Path file : allSources()) {
      Path folder = file.resolveSibling("");
      boolean code = !file.endsWith("package-info.java");
      if (code && folders.add(folder)) {
        // Tests of a package share its mark.
        Path mark = MAIN.resolve(rootOf(file).relativize(folder)).resolve("package-info.java");
        if (!isNullMarked(mark) && !isNullMarked(folder.resolve("package-info.java"))) {
          found.add(folder.toString());
        }
      }
    }
    assertNone("add a package-info.java with @NullMarked", found);
  }

  private static Path rootOf(Path file) {
    return file.startsWith(MAIN) ? MAIN : TEST;
  }

  private static boolean isNullMarked(Path file) throws IOException {
    return Files.exists(file) && Files.readString(file).contains("@NullMarked\npackage ");
  }

  @Test
  void onlyWhatTalksToPeoplePrints() throws IOException {
    List<Path> silent =
        sources(MAIN).stream()
            .filter(
                file ->
                    Stream.of("engine", "daemon", "job", "jobs", "json", "state", "kafka")
                        .anyMatch(name -> file.startsWith(MAIN.resolve("dev/tally/" + name))))
            .toList();
    assertTrue(silent.size() > 30);
    assertNone(
        "log it, or throw a Stop",
        linesThat(silent, Pattern.compile("System\\.(out|err)\\b|printStackTrace")));
  }

  @Test
  void nothingSleepsInAStep() throws IOException {
    List<Path> step =
        sources(MAIN).stream()
            .filter(file -> file.startsWith(MAIN.resolve("dev/tally")))
            .filter(
                file ->
                    Stream.of("job", "jobs", "json", "state")
                            .anyMatch(name -> file.startsWith(MAIN.resolve("dev/tally/" + name)))
                        || Stream.of(
                                "Engine",
                                "Task",
                                "Outlet",
                                "Horizon",
                                "Replay",
                                "kafka/KafkaSession")
                            .anyMatch(name -> file.endsWith("engine/" + name + ".java")))
            .toList();
    assertTrue(step.size() > 25);
    assertNone(
        "poll waits for records, Worker rests between steps; nothing else may",
        linesThat(step, Pattern.compile("Thread\\.sleep|parkNanos|TimeUnit\\.\\w+\\.sleep")));
  }

  @Test
  void theRulesThemselvesFindWhatTheyLookFor() {
    assertTrue(BAD_NAME.matcher("final class " + "StringUtils {").find());
    assertFalse(BAD_NAME.matcher("final class " + "Utilities {").find());
    assertTrue(METHOD_BEGIN.matcher("  private static int x(").matches());
    assertTrue(METHOD_BEGIN.matcher("    void x() {").matches());
  }
}
