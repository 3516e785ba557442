package dev.tally.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real launcher in a small checkout, with a `mvn` and a `java` that only note their calls. */
@StartsProcesses
final class LauncherTest {
  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir Path folder;
  private Path app = Path.of("");
  private Path bin = Path.of("");

  @BeforeEach
  void aCheckoutWithBlanksInItsPath() throws IOException {
    app = Files.createDirectories(folder.resolve("a check out/app"));
    bin = Files.createDirectories(folder.resolve("jdk/bin"));
    Files.copy(Path.of("tally"), app.resolve("tally"), StandardCopyOption.COPY_ATTRIBUTES);
    write(app.resolveSibling("pom.xml"), "");
    write(app.resolve("pom.xml"), "");
    write(app.resolve("src/main/java/A.java"), "");
    write(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    script("java", "printf '%s\\n' \"$PWD\" \"$@\"");
    script(
        "mvn",
        """
        [ "$2" != -v ] || { echo 'Apache Maven 3.9.9'; exit; }
        echo built >> '%1$s/builds'
        sleep 0.2
        mkdir -p '%2$s/target/lib' '%2$s/target/broker-lib'
        [ -f '%2$s/target/tally.jar' ] || touch '%2$s/target/tally.jar'
        """
            .formatted(folder, app));
    makeOld();
  }

  @Test
  void buildsOnFirstUseAndNotAgain() throws Exception {
    Run first = run("rolling-sum", "--window", "a b");
    assertEquals("tally: building, since there is no build yet; this can take a minute", first.err);
    assertEquals(
        List.of(
            folder.toRealPath().toString(),
            "-Da=1",
            "-Db=2",
            "-jar",
            app.toRealPath().resolve("target/tally.jar").toString(),
            "rolling-sum",
            "--window",
            "a b"),
        first.out.lines().toList());
    assertEquals("", run().err);
    assertEquals(1, builds());
  }

  @Test
  void buildsAgainWhenASourceOrAPomHasChanged() throws Exception {
    run();
    Thread.sleep(20); // file times of one tick are equal, hence not newer
    write(app.resolve("src/main/java/A.java"), "class A {}");
    String err = run().err;
    assertTrue(err.contains("since src/main/java/A.java has changed"), err);
    Thread.sleep(20);
    write(app.resolveSibling("pom.xml"), "<project/>");
    err = run().err;
    assertTrue(err.contains("pom.xml has changed"), err);
    assertEquals("", run().err);
    assertEquals(3, builds());
  }

  @Test
  void severalAtOnceBuildOnce() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(builder(app.resolve("tally"), List.of()).start());
    }
    for (Process process : processes) {
      assertEquals(0, process.waitFor());
    }
    assertEquals(1, builds());
  }

  @Test
  void aFailedBuildShowsItsOutputAndRunsNothing() throws Exception {
    script("mvn", "echo 'A.java:1: no such thing'; exit 1");
    Run run = run();
    assertEquals(70, run.exitCode);
    assertEquals("", run.out);
    assertTrue(run.err.contains("A.java:1: no such thing"), run.err);
    assertTrue(run.err.endsWith("tally: the build failed; the lines above are Maven's."), run.err);
  }

  @Test
  void aCopyWithoutSourcesRunsThroughSymbolicLinks() throws Exception {
    Path installed = Files.createDirectories(folder.resolve("opt/tally"));
    Files.copy(app.resolve("tally"), installed.resolve("tally"));
    Files.createSymbolicLink(folder.resolve("opt/link"), Path.of("tally/tally"));
    Path link = Files.createSymbolicLink(folder.resolve("tally"), folder.resolve("opt/link"));

    Run missing = run(link, List.of());
    assertEquals(2, missing.exitCode);
    assertTrue(missing.err.contains("tally.jar is missing"), missing.err);

    Path jar = installed.toRealPath().resolve("tally.jar");
    write(jar, "");
    Run run = run(link, List.of("verify"));
    assertEquals(List.of("-jar", jar.toString(), "verify"), run.out.lines().skip(3).toList());
    assertFalse(Files.exists(folder.resolve("builds")));
  }

  @Test
  void classesAreSharedOnceThereIsAnArchiveOfThem() throws Exception {
    script(
        "java",
        """
        case "$*" in
          *-XX:ArchiveClassesAtExit=*ClassSharing*) touch "${1#*=}" ;;
          *) printf '%s\\n' "$@" ;;
        esac
        """);
    Path archive = app.toRealPath().resolve("target/tally.jsa");
    Run run = run("verify");
    assertTrue(Files.exists(archive), "the build makes one");
    assertEquals("-XX:SharedArchiveFile=" + archive, run.out.lines().toList().get(0));
    Files.delete(archive);
    assertFalse(run("verify").out.contains("SharedArchiveFile"), "it is not needed");
    assertEquals("", run("share-classes").out);
    assertTrue(Files.exists(archive), "it can be made again");
    script("java", "exit 1");
    run = run("share-classes");
    assertEquals(5, run.exitCode);
    assertTrue(run.err.contains("tally.jsa could not be written by "), run.err);
  }

  @Test
  void anOldJavaAnOldMavenAndNoJavaAreOneLineEach() throws Exception {
    script("mvn", "echo 'Apache Maven 3.6.3'");
    Run run = run();
    assertEquals(2, run.exitCode);
    assertTrue(run.err.startsWith("tally: Maven 3.6 is too old"), run.err);
    write(folder.resolve("jdk/release"), "JAVA_VERSION=\"1.8.0_402\"\n");
    run = run();
    assertEquals(2, run.exitCode);
    assertTrue(run.err.contains("bin/java is Java 8. Install Java 17 or later"), run.err);
    assertEquals(1, run.err.lines().count());
    Files.delete(bin.resolve("java"));
    run = run();
    assertEquals(2, run.exitCode);
    assertTrue(run.err.contains("there is no "), run.err);
    assertEquals(1, run.err.lines().count());
  }

  private record Run(int exitCode, String out, String err) {}

  private Run run(String... arguments) throws Exception {
    return run(app.resolve("tally"), List.of(arguments));
  }

  private Run run(Path launcher, List<String> arguments) throws Exception {
    Path err = folder.resolve("err");
    Process process = builder(launcher, arguments).redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), out, Files.readString(err).strip());
  }

  private ProcessBuilder builder(Path launcher, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().merge("PATH", bin + ":", (path, first) -> first + path);
    builder.environment().put("TALLY_OPTS", "-Da=1 -Db=2");
    return builder;
  }

  private int builds() throws IOException {
    return Files.readAllLines(folder.resolve("builds")).size();
  }

  private void script(String name, String body) throws IOException {
    Path script = bin.resolve(name);
    write(script, "#!/bin/sh\n" + body + "\n");
    assertTrue(script.toFile().setExecutable(true));
  }

  private static void write(Path file, String content) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, content);
  }

  private void makeOld() throws IOException {
    try (var files = Files.walk(app.resolveSibling("."))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
      }
    }
  }
}
