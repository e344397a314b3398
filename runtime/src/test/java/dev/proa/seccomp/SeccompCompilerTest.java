package dev.proa.seccomp;

import static dev.proa.seccomp.Sections.arg;
import static dev.proa.seccomp.Sections.errno;
import static dev.proa.seccomp.Sections.rule;
import static dev.proa.seccomp.Sections.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.SeccompCalls;
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.Seccomp.Action;
import dev.proa.spec.linux.SeccompArg;
import dev.proa.spec.linux.SeccompRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeccompCompilerTest {
  private static final int X86_64 = Arch.X86_64.audit();
  private static final int X86 = Arch.X86.audit();
  private static final int EPERM = 0x00050001;
  private static final int ENOSYS = 0x00050026;
  private static final int ALLOW = 0x7fff0000;
  private static final int KILL = 0;

  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int CLONE3 = 435;

  private static byte[] compile(Seccomp section) {
    return SeccompCompiler.compile(section, Arch.X86_64).program();
  }

  private static byte[] denying(SeccompRule... rules) {
    return compile(section(Action.SCMP_ACT_ERRNO, List.of(), rules));
  }

  private static int run(byte[] program, int nr, long... args) {
    return BpfInterpreter.run(program, nr, X86_64, args);
  }

  @Test
  void everyActionHasItsReturnValue() {
    Map<Action, Integer> values =
        Map.of(
            Action.SCMP_ACT_KILL, KILL,
            Action.SCMP_ACT_KILL_PROCESS, 0x80000000,
            Action.SCMP_ACT_KILL_THREAD, KILL,
            Action.SCMP_ACT_TRAP, 0x00030000,
            Action.SCMP_ACT_ERRNO, EPERM,
            Action.SCMP_ACT_TRACE, 0x7ff00001,
            Action.SCMP_ACT_ALLOW, ALLOW,
            Action.SCMP_ACT_LOG, 0x7ffc0000,
            Action.SCMP_ACT_NOTIFY, 0x7fc00000);
    for (Action action : Action.values()) {
      Action other = action == Action.SCMP_ACT_LOG ? Action.SCMP_ACT_ALLOW : Action.SCMP_ACT_LOG;
      byte[] program = compile(section(other, List.of(), rule(action, List.of("read"))));
      assertEquals(values.get(action), run(program, READ), action.toString());
    }
  }

  @Test
  void errnoRetIsTheDataOfErrnoAndTrace() {
    SeccompRule trace = new SeccompRule(List.of("write"), Action.SCMP_ACT_TRACE, 77, List.of());
    byte[] program =
        compile(
            new Seccomp(
                Action.SCMP_ACT_ERRNO,
                5,
                List.of(),
                List.of(),
                null,
                null,
                List.of(errno(99, "read"), trace)));
    assertEquals(0x00050063, run(program, READ));
    assertEquals(0x7ff0004d, run(program, WRITE));
    assertEquals(0x00050005, run(program, -1));
  }

  @Test
  void everyOperatorComparesAll64BitsUnsigned() {
    long[] values = {
      0,
      1,
      5,
      0x7fffffffL,
      0x80000000L,
      0xffffffffL,
      0x100000000L,
      0x500000005L,
      0x7fffffffffffffffL,
      0x8000000000000000L,
      0xffffffff00000000L,
      -2,
      -1
    };
    for (SeccompArg.Op op : SeccompArg.Op.values()) {
      for (long value : values) {
        for (long second : new long[] {0, 5, 0x500000000L, -1}) {
          SeccompArg condition = new SeccompArg(2, value, second, op);
          byte[] program = denying(rule(Action.SCMP_ACT_ALLOW, List.of("write"), condition));
          for (long argument : values) {
            int expected = NaiveFilter.holds(condition, argument, true) ? ALLOW : EPERM;
            assertEquals(expected, run(program, WRITE, 9, 9, argument), condition + " " + argument);
          }
        }
      }
    }
  }

  @Test
  void conditionsOfARuleMustAllHold() {
    byte[] program =
        denying(
            rule(
                Action.SCMP_ACT_ALLOW,
                List.of("write"),
                arg(5, "LE", 10),
                arg(0, "EQ", 1),
                arg(3, "MASKED_EQ", 0xff0, 0x120)));
    assertEquals(ALLOW, run(program, WRITE, 1, 0, 0, 0x12f, 0, 10));
    assertEquals(EPERM, run(program, WRITE, 2, 0, 0, 0x12f, 0, 10));
    assertEquals(EPERM, run(program, WRITE, 1, 0, 0, 0x13f, 0, 10));
    assertEquals(EPERM, run(program, WRITE, 1, 0, 0, 0x12f, 0, 11));
  }

  @Test
  void aRuleThatNamesAnArgumentTwiceIsARuleForEachCondition() {
    byte[] program =
        denying(rule(Action.SCMP_ACT_ALLOW, List.of("write"), arg(0, "EQ", 1), arg(0, "EQ", 2)));
    assertEquals(ALLOW, run(program, WRITE, 1));
    assertEquals(ALLOW, run(program, WRITE, 2));
    assertEquals(EPERM, run(program, WRITE, 3));
  }

  @Test
  void theFirstRuleWithoutConditionsTakesThePlaceOfTheOthers() {
    byte[] program =
        denying(
            errno(7, "write", arg(0, "EQ", 1)),
            rule(Action.SCMP_ACT_ALLOW, List.of("write", "write")),
            errno(8, "write"));
    assertEquals(ALLOW, run(program, WRITE, 1));
    byte[] masked = denying(errno(7, "write", arg(0, "MASKED_EQ", 0, 0)));
    assertEquals(0x00050007, run(masked, WRITE, 1));
  }

  @Test
  void aRuleWithTheDefaultActionChangesNothing() {
    byte[] program =
        denying(errno(1, "write", arg(0, "EQ", 1)), rule(Action.SCMP_ACT_ALLOW, List.of("write")));
    assertEquals(ALLOW, run(program, WRITE, 1));
  }

  @Test
  void theNarrowerOfTwoMatchingRulesCounts() {
    byte[] program =
        denying(
            errno(10, "write", arg(0, "GT", 10)),
            errno(20, "write", arg(0, "GT", 20)),
            errno(15, "write", arg(0, "EQ", 15)));
    assertEquals(0x0005000a, run(program, WRITE, 11));
    assertEquals(0x0005000f, run(program, WRITE, 15));
    assertEquals(0x00050014, run(program, WRITE, 21));
    assertEquals(EPERM, run(program, WRITE, 10));
  }

  @Test
  void callsThatAreNewerThanTheSectionGetEnosys() {
    byte[] program = denying(rule(Action.SCMP_ACT_ALLOW, List.of("read")), errno(1, "clone3"));
    assertEquals(EPERM, run(program, CLONE3));
    assertEquals(ENOSYS, run(program, CLONE3 + 1));
    assertEquals(ENOSYS, run(program, 0x3fffffff));
    assertEquals(KILL, run(program, 0x40000000), "x32");
    assertEquals(KILL, run(program, 0xfffffffe));
    assertEquals(EPERM, run(program, -1), "a tracer's number for skipping the call");
    byte[] killing =
        compile(
            section(
                Action.SCMP_ACT_KILL_PROCESS,
                List.of(),
                rule(Action.SCMP_ACT_ALLOW, List.of("close_range"))));
    assertEquals(0x80000000, run(killing, CLONE3));
    assertEquals(ENOSYS, run(killing, 437));
  }

  @Test
  void noEnosysWhereTheDefaultLetsCallsThrough() {
    for (Action action :
        List.of(Action.SCMP_ACT_ALLOW, Action.SCMP_ACT_LOG, Action.SCMP_ACT_TRACE)) {
      byte[] program = compile(section(action, List.of(), errno(7, "write")));
      assertEquals(Actions.value(action, null, ""), run(program, 999));
    }
  }

  @Test
  void otherArchitecturesAreKilledUnlessListed() {
    Seccomp section =
        section(
            Action.SCMP_ACT_ERRNO,
            List.of("SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_X86"),
            rule(Action.SCMP_ACT_ALLOW, List.of("write")));
    byte[] program = compile(section);
    assertEquals(ALLOW, run(program, WRITE));
    assertEquals(ALLOW, BpfInterpreter.run(program, 4, X86));
    assertEquals(EPERM, BpfInterpreter.run(program, 1, X86));
    assertEquals(ALLOW, run(program, 0x40000001));
    assertEquals(EPERM, run(program, 0x40000000));
    assertEquals(ENOSYS, run(program, 0x40000002));
    assertEquals(KILL, BpfInterpreter.run(program, 64, Arch.AARCH64.audit()));
    byte[] only = compile(Sections.withArchitectures(section, List.of()));
    assertEquals(KILL, BpfInterpreter.run(only, 4, X86));
  }

  @Test
  void socketCallsCanBeMadeInTwoWaysOnX86() {
    Seccomp section =
        section(
            Action.SCMP_ACT_ERRNO,
            Sections.X86,
            rule(Action.SCMP_ACT_ALLOW, List.of("socket", "msgget"), arg(0, "NE", 40)),
            rule(Action.SCMP_ACT_ALLOW, List.of("statx")));
    byte[] program = compile(section);
    assertEquals(EPERM, run(program, 41, 40));
    assertEquals(ALLOW, run(program, 41, 2));
    assertEquals(EPERM, BpfInterpreter.run(program, 359, X86, 40));
    assertEquals(ALLOW, BpfInterpreter.run(program, 102, X86, 1), "socketcall(SYS_SOCKET)");
    assertEquals(EPERM, BpfInterpreter.run(program, 102, X86, 2), "socketcall(SYS_BIND)");
    assertEquals(ALLOW, BpfInterpreter.run(program, 117, X86, 13), "ipc(MSGGET)");
  }

  @Test
  void flags() {
    Seccomp notify =
        section(Action.SCMP_ACT_ALLOW, List.of(), rule(Action.SCMP_ACT_NOTIFY, List.of("mkdir")));
    assertEquals(
        SeccompCalls.NEW_LISTENER | SeccompCalls.SPEC_ALLOW,
        SeccompCompiler.compile(notify).flags());
    assertTrue(SeccompCompiler.compile(notify).needsListener());
    Seccomp flagged =
        new Seccomp(
            Action.SCMP_ACT_ALLOW,
            null,
            List.of(),
            List.of(
                "SECCOMP_FILTER_FLAG_TSYNC",
                "SECCOMP_FILTER_FLAG_LOG",
                "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"),
            null,
            null,
            List.of());
    assertEquals(SeccompCalls.LOG, SeccompCompiler.compile(flagged).flags());
    assertFalse(SeccompCompiler.compile(flagged).needsListener());
  }

  @Test
  void everyKnownFlagAndArchitectureIsTaken() {
    Seccomp section =
        new Seccomp(
            Action.SCMP_ACT_ALLOW,
            null,
            Arch.specNames(),
            SeccompCompiler.KNOWN_FLAGS,
            null,
            null,
            List.of(errno(1, "mount")));
    byte[] program = compile(section);
    for (Arch arch : Arch.values()) {
      int mount = Syscalls.number(arch, Syscalls.index("mount"));
      assertEquals(EPERM, BpfInterpreter.run(program, mount, arch.audit()), arch.specName());
      assertEquals(ALLOW, BpfInterpreter.run(program, mount + 1, arch.audit()), arch.specName());
    }
  }

  private static void refused(String message, Seccomp section) {
    SeccompException e =
        assertThrows(SeccompException.class, () -> SeccompCompiler.compile(section, Arch.X86_64));
    assertEquals(message, e.getMessage());
  }

  private static void refused(String message, SeccompRule... rules) {
    refused(message, section(Action.SCMP_ACT_ERRNO, List.of(), rules));
  }

  @Test
  void whatIsRefused() {
    refused(
        "unknown seccomp architecture SCMP_ARCH_VAX",
        section(Action.SCMP_ACT_ALLOW, List.of("SCMP_ARCH_VAX")));
    refused(
        "seccomp architecture SCMP_ARCH_S390X is big-endian and this machine is not",
        section(Action.SCMP_ACT_ALLOW, List.of("SCMP_ARCH_S390X")));
    refused(
        "seccomp flag SECCOMP_FILTER_FLAG_X is not known to proa",
        new Seccomp(
            Action.SCMP_ACT_ALLOW,
            null,
            List.of(),
            List.of("SECCOMP_FILTER_FLAG_X"),
            null,
            null,
            List.of()));
    refused(
        "SCMP_ACT_NOTIFY cannot be used as default action",
        section(Action.SCMP_ACT_NOTIFY, List.of()));
    refused(
        "SCMP_ACT_NOTIFY cannot be used for the write syscall",
        rule(Action.SCMP_ACT_NOTIFY, List.of("read", "write")));
    refused(
        "seccomp action SCMP_ACT_ALLOW takes no errnoRet",
        new SeccompRule(List.of("read"), Action.SCMP_ACT_ALLOW, 1, List.of()));
    refused(
        "seccomp rule for read: argument index 6 is not 0 to 5",
        rule(Action.SCMP_ACT_ALLOW, List.of("read"), arg(6, "EQ", 1)));
    refused(
        "seccomp rules for read contradict each other: the same arguments have the actions"
            + " SCMP_ACT_ERRNO(7) and SCMP_ACT_ALLOW",
        errno(7, "read", arg(1, "EQ", 1)),
        rule(Action.SCMP_ACT_ALLOW, List.of("read"), arg(1, "EQ", 1)));
  }

  @Test
  void namesThatNoArchitectureHasAreIgnored() {
    byte[] program = denying(rule(Action.SCMP_ACT_ALLOW, List.of("frobnicate", "read")));
    assertEquals(ALLOW, run(program, READ));
  }

  @Test
  void longProgramsJumpFarAndTooLongOnesAreRefused() {
    List<String> x86 = List.of("SCMP_ARCH_X86");
    List<SeccompRule> rules = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      rules.add(errno(100 + i, "write", arg(i % 6, "GE", 1000L * (i + 1))));
      rules.add(errno(300 + i, Syscalls.nameOf(Arch.X86_64, 2 + i), arg(0, "EQ", i)));
    }
    Seccomp section = section(Action.SCMP_ACT_ALLOW, x86, rules.toArray(SeccompRule[]::new));
    byte[] program = compile(section);
    for (int i = 0; i < 150; i++) {
      assertEquals(0x00050000 | (300 + i), run(program, 2 + i, i));
      assertEquals(ALLOW, run(program, 2 + i, i + 1));
    }
    for (int i = 0; i < 2000; i++) {
      rules.add(errno(1000 + i, "write", arg(i % 6, "NE", i)));
    }
    refused(
        "seccomp filter is too long: 19132 instructions, and Linux takes at most 4096",
        section(Action.SCMP_ACT_ALLOW, x86, rules.toArray(SeccompRule[]::new)));
  }

  @Test
  void dockersProfileIsShort() {
    Filter filter = SeccompCompiler.compile(Sections.dockerDefault(), Arch.X86_64);
    assertTrue(filter.length() < 700, filter.length() + " instructions");
    for (int nr = 0; nr < 470; nr++) {
      int steps = BpfInterpreter.steps(filter.program(), nr, X86_64);
      assertTrue(steps <= 45, nr + ": " + steps + " steps");
    }
  }
}
