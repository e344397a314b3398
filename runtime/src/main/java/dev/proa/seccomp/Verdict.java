package dev.proa.seccomp;

import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompArg;
import dev.proa.spec.linux.SeccompRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a section does to one call, and why.
 *
 * @param action as {@code SCMP_ACT_ERRNO(1)}: what the compiled filter returns
 * @param reason the rule that it comes from, or what stands in for one
 * @param passedOver rules for the call whose conditions do not hold
 */
public record Verdict(String action, String reason, List<String> passedOver) {
  private static final String PREFIX = "SCMP_ARCH_";

  /**
   * Asks the filter that the section compiles to.
   *
   * @param arch a name of the spec or without its prefix, in any case, or null for this machine's
   * @throws SeccompException if the architecture has no such call, or the section means no filter
   */
  public static Verdict of(Seccomp section, String arch, String syscall, long... args) {
    Arch machine = arch(arch);
    int index = Syscalls.index(syscall);
    int number = index < 0 ? -1 : Syscalls.number(machine, index);
    if (number < 0) {
      throw new SeccompException("no system call " + syscall + " on " + machine.specName());
    }
    int value = Interpreter.run(SeccompCompiler.compile(section), number, machine.audit(), args);
    long[] six = Arrays.copyOf(args, 6);
    List<String> passedOver = new ArrayList<>();
    String reason = null;
    List<SeccompRule> rules = section.syscalls();
    for (int i = 0; i < rules.size(); i++) {
      SeccompRule rule = rules.get(i);
      if (!rule.names().contains(syscall)) {
        continue;
      }
      boolean taken = Actions.value(rule.action(), rule.errnoRet(), "errnoRet") == value;
      String text = "syscalls[" + i + "]" + conditions(rule);
      if (!holds(rule, six, machine.wide())) {
        passedOver.add(text);
      } else if (taken && reason == null) {
        reason = text;
      }
    }
    return new Verdict(
        Actions.describe(value),
        reason == null ? otherwise(section, machine, value) : reason,
        passedOver);
  }

  /** Why where no rule says so. */
  private static String otherwise(Seccomp section, Arch machine, int value) {
    List<String> listed = section.architectures();
    if (machine != Arch.nativeArch() && !listed.contains(machine.specName())) {
      return machine.specName() + " is not among the architectures";
    }
    int action =
        Actions.value(section.defaultAction(), section.defaultErrnoRet(), "defaultErrnoRet");
    return action != value && value == (Bpf.ERRNO | Actions.ENOSYS)
        ? "newer than every call that the profile names"
        : "defaultAction";
  }

  /** The architecture of a name in any of its forms. */
  static Arch arch(String name) {
    if (name == null) {
      return Arch.nativeArch();
    }
    String upper = name.toUpperCase(Locale.ROOT).replace("AMD64", "X86_64");
    String known = upper.equals("ARM64") ? "AARCH64" : upper;
    return Arch.of(known.startsWith(PREFIX) ? known : PREFIX + known);
  }

  private static boolean holds(SeccompRule rule, long[] args, boolean wide) {
    List<SeccompArg> conditions = rule.args();
    boolean twice =
        conditions.stream().map(SeccompArg::index).distinct().count() < conditions.size();
    for (SeccompArg condition : conditions) {
      // Two conditions on one argument are two rules: one that holds is enough.
      if (holds(condition, args, wide) == twice) {
        return twice;
      }
    }
    return !twice;
  }

  private static boolean holds(SeccompArg condition, long[] args, boolean wide) {
    long mask = wide ? -1 : 0xffffffffL;
    long argument = args[condition.index()] & mask;
    long value = condition.value() & mask;
    int order = Long.compareUnsigned(argument, value);
    return switch (condition.op()) {
      case SCMP_CMP_EQ -> order == 0;
      case SCMP_CMP_NE -> order != 0;
      case SCMP_CMP_LT -> order < 0;
      case SCMP_CMP_LE -> order <= 0;
      case SCMP_CMP_GT -> order > 0;
      case SCMP_CMP_GE -> order >= 0;
      case SCMP_CMP_MASKED_EQ -> (argument & value) == (condition.valueTwo() & value);
    };
  }

  private static String conditions(SeccompRule rule) {
    StringBuilder text = new StringBuilder();
    for (SeccompArg condition : rule.args()) {
      text.append(text.isEmpty() ? " where " : " and ").append("arg").append(condition.index());
      String value = "0x" + Long.toHexString(condition.value());
      text.append(
          switch (condition.op()) {
            case SCMP_CMP_EQ -> " == " + value;
            case SCMP_CMP_NE -> " != " + value;
            case SCMP_CMP_LT -> " < " + value;
            case SCMP_CMP_LE -> " <= " + value;
            case SCMP_CMP_GT -> " > " + value;
            case SCMP_CMP_GE -> " >= " + value;
            case SCMP_CMP_MASKED_EQ ->
                " & " + value + " == 0x" + Long.toHexString(condition.valueTwo());
          });
    }
    return text.toString();
  }
}
