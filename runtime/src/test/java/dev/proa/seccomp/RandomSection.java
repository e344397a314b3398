package dev.proa.seccomp;

import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.Seccomp.Action;
import dev.proa.spec.linux.SeccompArg;
import dev.proa.spec.linux.SeccompRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Sections made by chance, with few calls and few values, so that rules meet. */
final class RandomSection {
  private static final List<String> NAMES =
      List.of(
          "read",
          "write",
          "open",
          "close",
          "ioctl",
          "clone",
          "personality",
          "mmap",
          "prctl",
          "fcntl",
          "statx",
          "clone3",
          "waitpid",
          "exit");
  private static final long[] VALUES = {
    0, 1, 2, 7, 40, 0xff, 0x7fffffffL, 0x80000000L, 0xffffffffL, 0x100000000L, 0x700000007L, -1
  };
  private static final Action[] DEFAULTS = {
    Action.SCMP_ACT_ERRNO, Action.SCMP_ACT_ALLOW, Action.SCMP_ACT_KILL_PROCESS,
    Action.SCMP_ACT_TRAP, Action.SCMP_ACT_LOG, Action.SCMP_ACT_KILL
  };

  private RandomSection() {}

  /** What the rules for one call may be. */
  enum Kind {
    /** Anything, with one action. */
    ANY,
    /**
     * Equalities, or one rule of any kind: with one action, and not for x32. Given x86-64 and x32,
     * libseccomp 2.5 mixes up the tests of 64 and of 32 bits: a lone {@code read}, argument 2 GT 1,
     * does not match 0xfffffffe.
     */
    PLAIN,
    /**
     * Several actions: equalities, or two lower bounds, of one argument. libseccomp 2.5 merges more
     * of them wrongly: of GE 0, GE 255 and GE 40 it takes the last for 0x100000000.
     */
    MIXED
  }

  /** The next one. */
  static Seccomp next(Random random, Kind kind) {
    List<SeccompRule> rules = new ArrayList<>();
    int count = 1 + random.nextInt(25);
    for (int i = 0; i < count; i++) {
      String name = NAMES.get(random.nextInt(NAMES.size()));
      SeccompRule next = kind == Kind.MIXED ? mixed(random, name) : rule(random, name);
      List<SeccompRule> before = rules.stream().filter(r -> r.names().contains(name)).toList();
      boolean equalities =
          Stream.concat(before.stream(), Stream.of(next))
              .flatMap(rule -> rule.args().stream())
              .allMatch(arg -> arg.op() == SeccompArg.Op.SCMP_CMP_EQ);
      if (kind == Kind.ANY
          || equalities
          || (before.isEmpty() && distinct(next))
          || (kind == Kind.MIXED && before.size() < 2)) {
        rules.add(next);
      }
    }
    List<String> arches = new ArrayList<>();
    for (String arch : Sections.X86) {
      if (random.nextBoolean()
          && kind != Kind.MIXED
          && (kind == Kind.ANY || !arch.equals("SCMP_ARCH_X32"))) {
        arches.add(arch);
      }
    }
    return new Seccomp(
        DEFAULTS[random.nextInt(DEFAULTS.length)],
        null,
        arches,
        List.of(),
        null,
        null,
        List.copyOf(rules));
  }

  private static boolean distinct(SeccompRule rule) {
    return rule.args().stream().map(SeccompArg::index).distinct().count() == rule.args().size();
  }

  private static SeccompRule rule(Random random, String name) {
    // The action depends on the name, so that all rules for a call agree.
    int errno = 50 + NAMES.indexOf(name);
    List<SeccompArg> args = new ArrayList<>();
    int count = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      args.add(arg(random, random.nextInt(3)));
    }
    List<String> names = random.nextInt(4) == 0 ? List.of(name, "nonesuch", name) : List.of(name);
    return new SeccompRule(names, Action.SCMP_ACT_ERRNO, errno, List.copyOf(args));
  }

  private static SeccompRule mixed(Random random, String name) {
    String op = List.of("EQ", "GT", "GE").get(NAMES.indexOf(name) % 3);
    SeccompArg arg = Sections.arg(1, op, VALUES[random.nextInt(VALUES.length)]);
    return new SeccompRule(
        List.of(name),
        Action.SCMP_ACT_ERRNO,
        50 + random.nextInt(3),
        random.nextInt(10) == 0 ? List.of() : List.of(arg));
  }

  private static SeccompArg arg(Random random, int index) {
    List<SeccompArg.Op> ops = List.of(SeccompArg.Op.values());
    SeccompArg.Op op = ops.get(random.nextInt(ops.size()));
    return new SeccompArg(
        index, VALUES[random.nextInt(VALUES.length)], VALUES[random.nextInt(VALUES.length)], op);
  }

  /** Arguments from the same values. */
  static long[] arguments(Random random) {
    long[] args = new long[6];
    for (int i = 0; i < args.length; i++) {
      args[i] = VALUES[random.nextInt(VALUES.length)] + random.nextInt(3) - 1;
    }
    return args;
  }
}
