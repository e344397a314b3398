package dev.proa;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the import direction: who may know whom, and who may know which library. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.proa");

  /** Each of our packages and the packages of ours that it may import, beside itself. */
  private static final Map<String, List<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("kernel", List.of()),
          Map.entry("spec", List.of()),
          Map.entry("handshake", List.of("kernel", "spec")),
          Map.entry("state", List.of("kernel", "spec")),
          Map.entry("cgroup", List.of("kernel", "spec")),
          Map.entry("hook", List.of("kernel", "spec")),
          Map.entry("criu", List.of("kernel")),
          Map.entry("rehearsal", List.of("kernel")),
          Map.entry("timeline", List.of("kernel", "spec")),
          Map.entry("seccomp", List.of("kernel", "spec")),
          Map.entry("terminal", List.of("kernel", "spec")),
          Map.entry("setup", List.of("kernel", "spec", "seccomp", "terminal", "cgroup")),
          Map.entry("init", List.of("kernel", "spec", "setup", "seccomp", "hook", "handshake")),
          Map.entry(
              "launch",
              List.of(
                  "kernel",
                  "spec",
                  "cgroup",
                  "state",
                  "hook",
                  "handshake",
                  "seccomp",
                  "setup",
                  "init")),
          Map.entry("audit", List.of("kernel", "spec")),
          Map.entry("doctor", List.of("kernel", "spec", "setup", "cgroup")),
          Map.entry("diagnosis", List.of("kernel", "spec", "setup", "seccomp", "cgroup")),
          Map.entry(
              "operation",
              List.of(
                  "audit",
                  "diagnosis",
                  "doctor",
                  "kernel",
                  "spec",
                  "launch",
                  "cgroup",
                  "state",
                  "hook",
                  "criu",
                  "rehearsal",
                  "handshake",
                  "setup",
                  "seccomp",
                  "terminal")),
          Map.entry(
              "cli",
              List.of(
                  "kernel",
                  "spec",
                  "operation",
                  "audit",
                  "diagnosis",
                  "doctor",
                  "cgroup",
                  "criu",
                  "rehearsal",
                  "timeline",
                  "setup",
                  "launch",
                  "hook",
                  "seccomp",
                  "terminal")),
          Map.entry("image", List.of("kernel", "cli")));

  /** Each library and the only package that may import it. */
  private static final Map<String, String> LIBRARIES =
      Map.of(
          "picocli..", "cli",
          "jnr..", "kernel",
          "com.kenai.jffi..", "kernel",
          "com.fasterxml..", "spec",
          "com.networknt..", "spec");

  @Test
  void importsPointOneWay() {
    for (Map.Entry<String, List<String>> entry : MAY_IMPORT.entrySet()) {
      List<String> forbidden = new ArrayList<>();
      for (String other : MAY_IMPORT.keySet()) {
        if (!other.equals(entry.getKey()) && !entry.getValue().contains(other)) {
          forbidden.add("dev.proa." + other + "..");
        }
      }
      ArchRule rule =
          noClasses()
              .that()
              .resideInAPackage("dev.proa." + entry.getKey() + "..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(forbidden.toArray(new String[0]))
              .allowEmptyShould(true);
      rule.check(CLASSES);
    }
  }

  @Test
  void eachLibraryHasOneDoor() {
    for (Map.Entry<String, String> entry : LIBRARIES.entrySet()) {
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.proa." + entry.getValue() + "..", "dev.proa.image..")
          .and()
          .resideInAPackage("dev.proa..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(entry.getKey())
          .check(CLASSES);
    }
  }

  /** CVE-2021-30465 and its kin: paths are resolved on descriptors, never through the JDK. */
  @Test
  void noFilesThreadsOrProcessesOfTheJdk() {
    noClasses()
        .that()
        .resideInAPackage("dev.proa..")
        .and()
        .resideOutsideOfPackages("dev.proa.image..", "dev.proa.packaging..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.io\\.(File|FileInputStream|FileOutputStream|RandomAccessFile|FileReader"
                + "|FileWriter)|java\\.lang\\.(Thread|ProcessBuilder|Process)"
                + "|java\\.util\\.concurrent\\..*(Executor|ForkJoin).*")
        .check(CLASSES);
  }
}
