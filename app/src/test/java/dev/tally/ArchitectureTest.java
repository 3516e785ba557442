package dev.tally;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What each package may use. Whatever is not listed is refused, so that a new package or a new
 * arrow is a decision that is made here.
 */
final class ArchitectureTest {
  /** Every package may use these: how the program ends, the JDK, and annotations. */
  private static final List<String> COMMON =
      List.of("dev.tally", "java..", "org.jspecify..", "com.google.errorprone.annotations..");

  private static final String SLF4J = "org.slf4j..";
  private static final String GSON = "com.google.gson..";
  private static final String HASH4J = "com.dynatrace.hash4j..";
  private static final String KAFKA = "org.apache.kafka..";

  /** Packages by what they stand on: a line uses only what stands above it, or is outside. */
  private static final Map<String, List<String>> ALLOWED =
      Map.ofEntries(
          uses("dev.tally"),
          // The jobs: pure functions of records, which know neither Kafka nor RocksDB.
          uses("dev.tally.job"),
          uses("dev.tally.json"),
          uses("dev.tally.csv"),
          uses("dev.tally.jobs.rollingsum", "dev.tally.job", "dev.tally.json", GSON),
          uses("dev.tally.jobs.sources", "dev.tally.job", GSON),
          uses(
              "dev.tally.jobs.uniqueusers",
              "dev.tally.job",
              "dev.tally.jobs.sources",
              "dev.tally.json",
              GSON,
              HASH4J),
          uses(
              "dev.tally.jobs.topindustries",
              "dev.tally.job",
              "dev.tally.jobs.sources",
              "dev.tally.json",
              GSON,
              HASH4J),
          // What carries them.
          uses("dev.tally.state", "dev.tally.job", "org.rocksdb..", SLF4J),
          uses("dev.tally.kafka", KAFKA, "javax.net.ssl..", SLF4J),
          uses("dev.tally.engine", "dev.tally.job", KAFKA, SLF4J),
          uses(
              "dev.tally.engine.kafka",
              "dev.tally.job",
              "dev.tally.engine",
              "dev.tally.kafka",
              KAFKA,
              SLF4J),
          uses(
              "dev.tally.daemon",
              "dev.tally.job",
              "dev.tally.engine",
              "dev.tally.engine.kafka",
              "dev.tally.kafka",
              KAFKA,
              SLF4J),
          uses("dev.tally.local", "dev.tally.job", SLF4J),
          // The audit shares nothing with what it checks.
          uses("dev.tally.audit", "dev.tally.kafka", KAFKA, GSON),
          uses("dev.tally.audit.rollingsum", "dev.tally.audit", "dev.tally.kafka", KAFKA, GSON),
          uses(
              "dev.tally.audit.uniqueusers",
              "dev.tally.audit",
              "dev.tally.kafka",
              KAFKA,
              GSON,
              HASH4J),
          // What produces input, and what shows it all.
          uses("dev.tally.generate", "dev.tally.kafka", KAFKA),
          uses("dev.tally.generate.sales", "dev.tally.generate", "dev.tally.csv", SLF4J),
          uses("dev.tally.generate.frames", "dev.tally.generate"),
          uses("dev.tally.generate.orders", "dev.tally.generate"),
          uses(
              "dev.tally.load",
              "dev.tally.json",
              "dev.tally.csv",
              "dev.tally.kafka",
              KAFKA,
              GSON,
              SLF4J),
          uses("dev.tally.broker", "dev.tally.kafka", KAFKA),
          uses("dev.tally.demo", "dev.tally.broker", KAFKA, GSON),
          uses(
              "dev.tally.cli",
              "dev.tally.job",
              "dev.tally.jobs..",
              "dev.tally.state",
              "dev.tally.kafka",
              "dev.tally.engine",
              "dev.tally.engine.kafka",
              "dev.tally.daemon",
              "dev.tally.local",
              "dev.tally.audit..",
              "dev.tally.generate..",
              "dev.tally.load",
              "dev.tally.demo",
              "picocli..",
              SLF4J));

  private static JavaClasses tally = new ClassFileImporter().importClasses();

  private static Map.Entry<String, List<String>> uses(String name, String... packages) {
    List<String> all = new ArrayList<>(COMMON);
    all.add(name);
    all.addAll(List.of(packages));
    return Map.entry(name, all);
  }

  @BeforeAll
  static void readClasses() {
    tally =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tally");
  }

  @Test
  void everyPackageIsListed() {
    TreeSet<String> packages = new TreeSet<>();
    for (JavaClass each : tally) {
      packages.add(each.getPackageName());
    }
    assertEquals(new TreeMap<>(ALLOWED).keySet(), packages);
  }

  @Test
  void aPackageUsesOnlyWhatItIsAllowed() {
    ALLOWED.forEach(
        (name, allowed) ->
            noClasses()
                .that()
                .resideInAPackage(name)
                .should()
                .dependOnClassesThat(not(resideInAnyPackage(allowed.toArray(String[]::new))))
                .because("the house is kept by its arrows: an allowed one is listed here")
                .check(tally));
  }

  @Test
  void aJobNeverAsksForTheTimeOrForChance() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.tally.job..", "dev.tally.jobs..", "dev.tally.json..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.random.RandomGenerator.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.time.Clock.class)
        .because("replay must decide as the first run did")
        .check(tally);
  }
}
