package dev.tally.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * One way to break the program: a few texts of its sources are replaced.
 *
 * @param test what has to notice it: a class of tests, where a history shows nothing since answers
 *     stay right, or another simulation; null for {@link Simulation}
 */
record Mutant(String name, List<Patch> patches, @Nullable String test) {
  /** Where a text is replaced by another; it has to be there exactly once. */
  record Patch(String file, String text, String replacement) {
    private String path() {
      return "dev/tally/" + file;
    }

    /** The whole source, with the replacement in it. */
    String applied() throws IOException {
      Path project = Path.of(System.getProperty("basedir", ""));
      String source = Files.readString(project.resolve("src/main/java").resolve(path()));
      int at = source.indexOf(text);
      assertTrue(
          at >= 0 && source.indexOf(text, at + 1) < 0,
          () -> file + " does not have this text exactly once: " + text);
      return source.replace(text, replacement);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * Breaks the program, and tells how that is noticed; null if it is not.
   *
   * @param folder where mutated classes are compiled to
   * @param seedsMax how many histories may be needed
   */
  @Nullable String noticed(Path folder, long seedsMax) throws Exception {
    try (URLClassLoader mutated = compiledTo(folder)) {
      Class<?> judge = mutated.loadClass(test == null ? Simulation.class.getName() : test);
      return judge.getSimpleName().endsWith("Simulation") ? inAHistory(judge, seedsMax) : by(judge);
    }
  }

  private static @Nullable String inAHistory(Class<?> simulation, long seedsMax) throws Exception {
    Method failure = simulation.getMethod("failure", long.class);
    for (long seed = 0; seed < seedsMax; seed++) {
      Object noticed = failure.invoke(null, seed);
      if (noticed != null) {
        return "after " + (seed + 1) + " seeds: " + noticed;
      }
    }
    return null;
  }

  private static @Nullable String by(Class<?> tests) throws Exception {
    Constructor<?> constructor = tests.getDeclaredConstructor();
    constructor.setAccessible(true);
    String noticed = null;
    for (Method test : tests.getDeclaredMethods()) {
      if (test.isAnnotationPresent(Test.class)) {
        test.setAccessible(true);
        try {
          test.invoke(constructor.newInstance());
        } catch (InvocationTargetException e) {
          noticed = "by " + test.getName() + ": " + e.getCause();
        }
      }
    }
    return noticed;
  }

  /** Compiles the mutated sources to a folder, and loads the whole program and its tests anew. */
  private URLClassLoader compiledTo(Path folder) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Patch patch : patches) {
      Path source = folder.resolve("sources").resolve(patch.path());
      Files.createDirectories(source.getParent());
      Files.writeString(source, patch.applied());
      sources.add(source);
    }
    Path classes = Files.createDirectories(folder.resolve("classes"));
    compile(sources, classes);
    return new Mutated(classes);
  }

  private static void compile(List<Path> sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "-d", classes.toString(), "-proc:none", "-cp", System.getProperty("java.class.path"));
    StringWriter said = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(sources);
      assertTrue(compiler.getTask(said, files, null, options, null, units).call(), said.toString());
    }
  }

  /** Loads the program and its tests once more, mutated classes first. */
  private static final class Mutated extends URLClassLoader {
    Mutated(Path classes) throws IOException {
      super(
          new URL[] {
            classes.toUri().toURL(),
            Simulation.class.getProtectionDomain().getCodeSource().getLocation(),
            dev.tally.job.Job.class.getProtectionDomain().getCodeSource().getLocation()
          });
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null && name.startsWith("dev.tally.")) {
          loaded = findClass(name);
        }
        return loaded != null ? loaded : super.loadClass(name, resolve);
      }
    }
  }
}
