package dev.tally;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tally.fuzz.CoverageGuidedFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;

/**
 * The build runs every test in one of two halves: {@code mvn test} those that need nothing but
 * their own JVM, and {@code mvn verify} also those that start a broker or another process.
 */
final class BuildTest {
  private static JavaClasses program = new ClassFileImporter().importClasses();
  private static JavaClasses tests = program;

  @BeforeAll
  static void readClasses() {
    program = read(new ImportOption.DoNotIncludeTests());
    tests = read(new ImportOption.OnlyIncludeTests());
  }

  private static JavaClasses read(ImportOption which) {
    return new ClassFileImporter().withImportOption(which).importPackages("dev.tally");
  }

  @Test
  void everyTestIsInAClassThatTheBuildLooksAt() {
    assertEquals(
        Set.of(),
        names(each -> hasTests(each) && !each.getFullName().matches("[\\w.]+Test")),
        "a class with tests is in no other class, and its name ends in Test");
  }

  @Test
  void bothHalvesLookAtTheSameClassesAndOneTagDividesThem() throws IOException {
    String first = plugin("surefire");
    String second = plugin("failsafe");
    for (String half : new String[] {first, second}) {
      assertTrue(half.contains("<include>**/*Test.java</include>"), half);
      assertEquals(1, count("<include>|<exclude>", half), half);
      assertEquals(1, count("<groups>|<excludedGroups>", half), half);
    }
    assertTrue(first.contains("<excludedGroups>" + StartsProcesses.TAG + "<"), first);
    assertTrue(second.contains("<groups>" + StartsProcesses.TAG + "<"), second);
    assertTrue(second.contains("<goal>verify</goal>"), "its failures fail the build");
  }

  private static String plugin(String name) throws IOException {
    Matcher plugin =
        Pattern.compile("<artifactId>maven-" + name + "-plugin</artifactId>(?s:.*?)</plugin>")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertTrue(plugin.find(), name);
    return plugin.group();
  }

  private static long count(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }

  @Test
  void whatStartsAProcessIsMarkedAndNothingElseIs() {
    assertEquals(
        names(each -> hasTests(each) && startsProcesses(each)),
        names(each -> each.isAnnotatedWith(StartsProcesses.class)),
        "mark with @StartsProcesses what starts a broker or another process, and nothing else");
  }

  @Test
  void theRuleFollowsATestThroughItsOwnCodeAndItsExtensions() {
    assertTrue(startsProcesses(tests.get("dev.tally.engine.kafka.TopicsTest")), "an extension");
    assertTrue(startsProcesses(tests.get("dev.tally.it.DemoTest")), "the demo");
    assertTrue(startsProcesses(tests.get("dev.tally.OutOfMemoryTest")), "a process of its own");
  }

  private static Set<String> names(Predicate<JavaClass> which) {
    return tests.stream()
        .filter(which)
        .map(JavaClass::getFullName)
        .collect(toCollection(TreeSet::new));
  }

  private static boolean hasTests(JavaClass type) {
    return !type.isInterface()
        && !type.getModifiers().contains(JavaModifier.ABSTRACT)
        && type.getAllMethods().stream()
            .anyMatch(method -> method.isMetaAnnotatedWith(Testable.class));
  }

  /** Whether a process is anywhere in reach of a test, by way of other classes of tests. */
  private static boolean startsProcesses(JavaClass test) {
    Set<String> ends =
        program.stream()
            .filter(each -> isBroker(each) || used(each).anyMatch(BuildTest::isBroker))
            .map(JavaClass::getFullName)
            .collect(toSet());
    Set<JavaClass> reached = new HashSet<>(Set.of(test));
    Deque<JavaClass> next = new ArrayDeque<>(reached);
    while (!next.isEmpty()) {
      for (JavaClass used : used(next.remove()).toList()) {
        if (isProcess(used) || ends.contains(used.getFullName())) {
          return true;
        }
        // Jazzer is a process only where its profile is asked for by name.
        boolean followed =
            tests.contain(used.getFullName()) && !used.isEquivalentTo(CoverageGuidedFuzz.class);
        if (followed && reached.add(used)) {
          next.add(used);
        }
      }
    }
    return false;
  }

  private static Stream<JavaClass> used(JavaClass type) {
    return Stream.concat(Stream.of(type), type.getAllRawSuperclasses().stream())
        .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
        .map(dependency -> dependency.getTargetClass().getBaseComponentType());
  }

  private static boolean isProcess(JavaClass type) {
    return type.getFullName().equals("java.lang.ProcessBuilder")
        || type.getPackageName().startsWith("org.testcontainers");
  }

  private static boolean isBroker(JavaClass type) {
    return type.getPackageName().equals("dev.tally.broker");
  }
}
