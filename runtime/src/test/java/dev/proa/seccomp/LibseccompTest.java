package dev.proa.seccomp;

import static dev.proa.seccomp.Sections.arg;
import static dev.proa.seccomp.Sections.errno;
import static dev.proa.seccomp.Sections.rule;
import static dev.proa.seccomp.Sections.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.Seccomp.Action;
import dev.proa.spec.linux.SeccompArg;
import dev.proa.spec.linux.SeccompRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Runs proa's filters and libseccomp's over all call numbers that mean something, and odd ones, on
 * every architecture. The results may differ in two ways only, both intended: proa knows calls that
 * the library does not, and gives ENOSYS to calls that are newer than the section (runc adds that
 * to libseccomp's result).
 */
class LibseccompTest {
  private static final int ENOSYS = 0x00050026;

  /** Calls that came after Debian's libseccomp 2.5.4. */
  private static final List<String> NEWER =
      List.of(
          "file_getattr",
          "file_setattr",
          "getxattrat",
          "listmount",
          "listns",
          "listxattrat",
          "lsm_get_self_attr",
          "lsm_list_modules",
          "lsm_set_self_attr",
          "mseal",
          "open_tree_attr",
          "removexattrat",
          "riscv_hwprobe",
          "setxattrat",
          "statmount",
          "uprobe",
          "uretprobe");

  private static final Set<String> known = new HashSet<>();
  private static Libseccomp libseccomp;

  @BeforeAll
  static void find() throws Throwable {
    libseccomp = Libseccomp.find();
    assumeTrue(libseccomp != null, "libseccomp.so.2 is not installed");
    assumeTrue(Arch.nativeArch() == Arch.X86_64, "the expectations are those of an x86-64 machine");
    for (String name : Syscalls.names()) {
      if (libseccomp.knows(name)) {
        known.add(name);
      }
    }
  }

  /** Compares; returns how many answers were ENOSYS in place of the default action. */
  private static int compare(Seccomp section, String what) throws Throwable {
    byte[] theirs = libseccomp.compile(section);
    byte[] ours = SeccompCompiler.compile(section).program();
    RuleSet rules = new RuleSet(section);
    List<long[]> arguments = arguments(section);
    Set<String> asked = new HashSet<>(Set.of("socketcall", "ipc"));
    for (SeccompRule rule : section.syscalls()) {
      if (!rule.args().isEmpty()) {
        asked.addAll(rule.names());
      }
    }
    int newer = 0;
    Set<Integer> audits = new TreeSet<>(List.of(0, 1, -1, 0xc0000016));
    for (Arch arch : Arch.values()) {
      audits.add(arch.audit());
    }
    for (int audit : audits) {
      boolean listed = audit == Arch.X86_64.audit();
      for (String name : section.architectures()) {
        listed |= Arch.of(name).audit() == audit;
      }
      for (int nr : listed ? numbers() : List.of(0, 1, 59, 500, Arch.X32_BIT, -1)) {
        Arch arch = arch(section, audit, nr);
        String name = arch == null ? null : Syscalls.nameOf(arch, nr);
        if (name != null && !known.contains(name)) {
          continue;
        }
        boolean stub =
            arch != null
                && rules.largest(arch) >= 0
                && Integer.compareUnsigned(nr, rules.largest(arch)) > 0;
        // Where the library's program asks for no argument, one is as good as many.
        boolean asks = name != null && asked.contains(name);
        for (long[] args : asks ? arguments : arguments.subList(0, 1)) {
          int expected = BpfInterpreter.run(theirs, nr, audit, args);
          int actual = BpfInterpreter.run(ours, nr, audit, args);
          if (expected != actual) {
            boolean intended = stub && actual == ENOSYS && expected == rules.defaultAction();
            if (!intended) {
              assertEquals(
                  Actions.describe(expected),
                  Actions.describe(actual),
                  what
                      + ": nr "
                      + nr
                      + " ("
                      + name
                      + ") arch 0x"
                      + Integer.toHexString(audit)
                      + " args "
                      + List.of(args[0], args[1], args[2], args[3], args[4], args[5]));
            }
            newer++;
          }
        }
      }
    }
    return newer;
  }

  private static Arch arch(Seccomp section, int audit, int nr) {
    for (Arch arch : Arch.values()) {
      boolean listed = arch == Arch.X86_64 || section.architectures().contains(arch.specName());
      boolean x32 = (nr & Arch.X32_BIT) != 0;
      if (listed
          && arch.audit() == audit
          && (audit != Arch.X32.audit() || x32 == (arch == Arch.X32))) {
        return arch;
      }
    }
    return null;
  }

  private static List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>();
    for (int base : new int[] {0, 4000, 5000, 6000, Arch.X32_BIT}) {
      for (int i = 0; i < 620; i++) {
        numbers.add(base + i);
      }
    }
    for (int i = 0xf0000; i < 0xf0010; i++) {
      numbers.add(i);
    }
    numbers.addAll(
        List.of(10_000, 0x3fffffff, 0x7fffffff, 0x80000000, 0x80000001, 0xc0000000, -2, -1));
    return numbers;
  }

  /** Arguments around the values in the rules, each in one place with the others zero or ones. */
  private static List<long[]> arguments(Seccomp section) {
    List<long[]> all = new ArrayList<>();
    all.add(new long[6]);
    Set<List<Long>> seen = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    for (SeccompRule rule : section.syscalls()) {
      for (SeccompArg arg : rule.args()) {
        for (long value :
            new long[] {
              arg.value() - 1,
              arg.value(),
              arg.value() + 1,
              arg.valueTwo(),
              ~arg.value(),
              arg.value() ^ 0x100000000L
            }) {
          if (seen.add(List.of((long) arg.index(), value))) {
            long[] args = new long[6];
            args[arg.index()] = value;
            all.add(args);
          }
        }
      }
      // All conditions of the rule met at once, where they can be.
      long[] met = new long[6];
      for (SeccompArg arg : rule.args()) {
        met[arg.index()] =
            switch (arg.op()) {
              case SCMP_CMP_NE, SCMP_CMP_GT -> arg.value() + 1;
              case SCMP_CMP_LT -> arg.value() - 1;
              case SCMP_CMP_MASKED_EQ -> arg.valueTwo() & arg.value();
              default -> arg.value();
            };
      }
      all.add(met);
    }
    return all;
  }

  @Test
  void dockersProfile() throws Throwable {
    Seccomp docker = Sections.dockerDefault();
    assertTrue(compare(docker, "docker") > 0);
    assertTrue(compare(Sections.withArchitectures(docker, List.of()), "docker, native") > 0);
    List<String> all = new ArrayList<>();
    for (Arch arch : Arch.values()) {
      if (arch != Arch.LOONGARCH64) {
        all.add(arch.specName());
      }
    }
    compare(Sections.withArchitectures(docker, all), "docker, all architectures");
  }

  @Test
  void aDenyListHasNoDifference() throws Throwable {
    Seccomp section =
        section(
            Action.SCMP_ACT_ALLOW,
            Sections.X86,
            errno(1, "mount"),
            errno(38, "clone3"),
            errno(5, "socket", arg(0, "EQ", 40)),
            rule(Action.SCMP_ACT_KILL_PROCESS, List.of("ptrace", "kexec_load", "bpf")),
            rule(Action.SCMP_ACT_TRAP, List.of("reboot"), arg(2, "NE", 0x4321fedcL)),
            rule(Action.SCMP_ACT_LOG, List.of("ioctl"), arg(1, "EQ", 0x5412)),
            errno(2, "ioctl", arg(1, "EQ", 0x541c), arg(0, "GE", 3)));
    assertEquals(0, compare(section, "deny list"));
  }

  @Test
  void aKillingAllowListOfFewCalls() throws Throwable {
    Seccomp section =
        section(
            Action.SCMP_ACT_KILL_PROCESS,
            List.of("SCMP_ARCH_X86"),
            rule(Action.SCMP_ACT_ALLOW, List.of("read", "write", "exit", "rt_sigreturn")));
    assertTrue(compare(section, "strict") > 0);
    assertEquals(0, compare(section(Action.SCMP_ACT_KILL, Sections.X86), "no rules at all"));
  }

  @Test
  void sectionsThatLibseccompRefuses() throws Throwable {
    Seccomp twice =
        section(
            Action.SCMP_ACT_ALLOW,
            List.of(),
            errno(1, "read", arg(0, "EQ", 1)),
            errno(2, "read", arg(0, "EQ", 1)));
    assertEquals(null, libseccomp.compile(twice));
    assertThrows(SeccompException.class, () -> SeccompCompiler.compile(twice));
  }

  @Test
  void randomSectionsWithOneActionForEachCall() throws Throwable {
    Random random = new Random(3);
    for (int i = 0; i < 40; i++) {
      Seccomp section = RandomSection.next(random, RandomSection.Kind.PLAIN);
      compare(section, i + ": " + section);
    }
  }

  @Test
  void randomSectionsWithSeveralActionsForACall() throws Throwable {
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 80; i++) {
      Seccomp section = RandomSection.next(random, RandomSection.Kind.MIXED);
      if (libseccomp.compile(section) == null) {
        refused++;
      } else {
        compare(section, i + ": " + section);
      }
    }
    assertTrue(refused < 40, refused + " refused");
  }

  @Test
  void knowsEveryCallOfTheLibraryAndMore() throws Throwable {
    List<String> newer = new ArrayList<>(Syscalls.names());
    newer.removeAll(known);
    assertTrue(NEWER.containsAll(newer), newer.toString());
  }
}
