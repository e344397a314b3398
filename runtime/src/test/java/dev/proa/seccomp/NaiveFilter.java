package dev.proa.seccomp;

import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompArg;
import dev.proa.spec.linux.SeccompRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers for one call straight from the section, without a program. Only for sections in which all
 * rules with conditions on one call have one action: what the order of others means is tested
 * against libseccomp.
 */
final class NaiveFilter {
  private NaiveFilter() {}

  static int run(Seccomp section, Arch arch, int nr, long... args) {
    int otherwise = Actions.value(section.defaultAction(), section.defaultErrnoRet(), "");
    int largest = 0;
    Integer matched = null;
    for (SeccompRule rule : section.syscalls()) {
      int action = Actions.value(rule.action(), rule.errnoRet(), "");
      for (String name : rule.names()) {
        int index = Syscalls.index(name);
        if (index < 0) {
          continue;
        }
        int number = Syscalls.number(arch, index);
        largest = Math.max(largest, number);
        if (number != nr || number < 0 || action == otherwise) {
          continue;
        }
        for (List<SeccompArg> conditions : alternatives(rule)) {
          if (conditions.stream().allMatch(c -> always(c, arch.wide()))) {
            return action;
          }
          if (conditions.stream().allMatch(c -> holds(c, args[c.index()], arch.wide()))) {
            matched = action;
          }
        }
      }
    }
    boolean stub =
        otherwise != Bpf.ALLOW
            && otherwise != Bpf.LOG
            && (otherwise & 0xffff0000) != Bpf.TRACE
            && otherwise != (Bpf.ERRNO | 38);
    if (stub && largest > 0 && nr > largest) {
      return Bpf.ERRNO | 38;
    }
    return matched == null ? otherwise : matched;
  }

  private static List<List<SeccompArg>> alternatives(SeccompRule rule) {
    boolean twice =
        rule.args().stream().map(SeccompArg::index).distinct().count() < rule.args().size();
    List<List<SeccompArg>> all = new ArrayList<>();
    if (twice) {
      rule.args().forEach(arg -> all.add(List.of(arg)));
    } else {
      all.add(rule.args());
    }
    return all;
  }

  private static boolean always(SeccompArg arg, boolean wide) {
    return arg.op() == SeccompArg.Op.SCMP_CMP_MASKED_EQ
        && (wide ? arg.value() == 0 : (int) arg.value() == 0);
  }

  static boolean holds(SeccompArg arg, long argument, boolean wide) {
    long a = wide ? argument : argument & 0xffffffffL;
    long b = wide ? arg.value() : arg.value() & 0xffffffffL;
    int order = Long.compareUnsigned(a, b);
    return switch (arg.op()) {
      case SCMP_CMP_EQ -> order == 0;
      case SCMP_CMP_NE -> order != 0;
      case SCMP_CMP_LT -> order < 0;
      case SCMP_CMP_LE -> order <= 0;
      case SCMP_CMP_GT -> order > 0;
      case SCMP_CMP_GE -> order >= 0;
      case SCMP_CMP_MASKED_EQ -> (a & b) == (arg.valueTwo() & b);
    };
  }
}
