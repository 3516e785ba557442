package dev.tally.it;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How tests start Java: many processes that live for seconds, on few cores. */
final class Jvm {
  /** Compiling for a long run would take more than it gives. */
  static final List<String> SHORT_LIVED = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private Jvm() {}

  /** Where the code of a class is: a jar or a folder. */
  static Path codeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The class path that has this class of the program, as users run it: the jar, which names its
   * libraries, with the archive of their classes that spares a start a quarter of its work. Where a
   * test runs without the jar, as in an IDE, it is our own class path.
   */
  static List<String> program(Class<?> main) {
    Path jar = codeOf(main);
    if (!Files.isRegularFile(jar)) {
      return List.of("-cp", System.getProperty("java.class.path"));
    }
    List<String> options = new ArrayList<>();
    Path archive = jar.resolveSibling("tally.jsa");
    if (Files.exists(archive)) {
      // As in app/tally: all that the JVM would say is that the archive does not fit.
      options.add("-XX:SharedArchiveFile=" + archive);
      options.addAll(List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
    }
    options.addAll(List.of("-cp", jar.toString()));
    return options;
  }
}
