package dev.tally;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE: cli to engine to job, rollingsum and state to job, audit alone. */
final class ArchitectureTest {
  private static JavaClasses tally = new ClassFileImporter().importClasses();

  @BeforeAll
  static void readClasses() {
    tally =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tally");
  }

  private static void neverUse(String from, String... packages) {
    noClasses()
        .that()
        .resideInAPackage("dev.tally." + from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .because("the house is kept by its arrows (ARCHITECTURE)")
        .check(tally);
  }

  @Test
  void jobsKnowNeitherKafkaNorRocksdb() {
    neverUse("job..", "org.apache.kafka..", "org.rocksdb..");
    neverUse("rollingsum..", "org.apache.kafka..", "org.rocksdb..");
  }

  @Test
  void onlyStateKnowsRocksdb() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tally.state..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.rocksdb..")
        .check(tally);
  }

  @Test
  void theSeamKnowsOnlyTheJdkGsonAndAnnotations() {
    classes()
        .that()
        .resideInAPackage("dev.tally.job..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.tally.job..",
            "dev.tally",
            "java..",
            "com.google.gson..",
            "com.google.errorprone.annotations..",
            "org.jspecify.annotations..")
        .check(tally);
  }

  @Test
  void aJobKnowsOnlyTheSeamTheJdkGsonAndAnnotations() {
    classes()
        .that()
        .resideInAPackage("dev.tally.jobs.rollingsum..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.tally.jobs.rollingsum..",
            "dev.tally.job..",
            "dev.tally",
            "java..",
            "com.google.gson..",
            "com.google.errorprone.annotations..",
            "org.jspecify.annotations..")
        .check(tally);
  }

  @Test
  void aJobNeverAsksForTheTimeOrForChance() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.tally.job..", "dev.tally.jobs.rollingsum..")
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

  @Test
  void theEngineKnowsNoConcreteJobNoStoreAndNoCommand() {
    neverUse(
        "engine..",
        "dev.tally.jobs.rollingsum..",
        "dev.tally.state..",
        "dev.tally.cli..",
        "dev.tally.audit..",
        "dev.tally.generate..",
        "dev.tally.demo..");
  }

  @Test
  void jobsAndStateKnowNeitherTheEngineNorEachOther() {
    neverUse("rollingsum..", "dev.tally.engine..", "dev.tally.state..");
    neverUse("state..", "dev.tally.engine..", "dev.tally.jobs.rollingsum..", "org.apache.kafka..");
  }

  @Test
  void theAuditSharesNothingWithWhatItChecks() {
    neverUse("audit..", "dev.tally.engine..", "dev.tally.jobs.rollingsum..", "dev.tally.state..");
  }

  @Test
  void onlyTheCommandsKnowTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tally.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "dev.tally.cli..")
        .check(tally);
  }
}
