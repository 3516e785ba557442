package dev.tally.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Loads every class of tally and of its libraries, and ends. The launcher runs it so that the JVM
 * can write the classes to an archive, which later starts share instead of parsing them again.
 */
final class ClassSharing {
  private static final String CLASS = ".class";

  private ClassSharing() {}

  /** Takes no arguments. The jar it is started from has its libraries in lib/ beside it. */
  public static void main(String[] args) throws IOException {
    Path jar = Path.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)[0]);
    List<Path> jars = new ArrayList<>(List.of(jar));
    try (Stream<Path> libraries = Files.list(jar.resolveSibling("lib"))) {
      libraries.filter(each -> each.toString().endsWith(".jar")).sorted().forEach(jars::add);
    }
    for (Path each : jars) {
      load(each);
    }
  }

  /** Loads those classes of a jar that can be loaded, initializes none, and counts them. */
  static int load(Path path) throws IOException {
    int loaded = 0;
    try (JarFile jar = new JarFile(path.toFile())) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        String name = entries.nextElement().getName();
        // META-INF has classes for other releases of Java.
        if (name.endsWith(CLASS) && !name.startsWith("META-INF/") && loads(name)) {
          loaded++;
        }
      }
    }
    return loaded;
  }

  private static boolean loads(String entry) {
    String name = entry.substring(0, entry.length() - CLASS.length()).replace('/', '.');
    try {
      Class.forName(name, false, ClassSharing.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false; // it needs a library that tally does without
    }
  }
}
