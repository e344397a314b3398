package dev.proa.seccomp;

import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompArg;
import dev.proa.spec.linux.SeccompRule;
import java.util.Arrays;
import java.util.List;

/**
 * The section's rules, one entry for each name, in the section's order. What is refused and what is
 * left out is libcontainer's: rules whose action is the default one, and names that no architecture
 * has.
 */
final class RuleSet {
  private static final int MAX_ARGS = 6;

  private final int defaultAction;
  private final boolean stub;
  private boolean notifies;
  // Entry i: the rule for the call syscalls[i].
  private int[] syscalls = new int[512];
  private Rule[] rules = new Rule[512];
  private int count;
  // Every name that is known, for the largest number that the section knows of.
  private int[] known = new int[512];
  private int knownCount;

  RuleSet(Seccomp section) {
    defaultAction =
        Actions.value(section.defaultAction(), section.defaultErrnoRet(), "defaultErrnoRet");
    // The kernel's answer to a call that it does not know is ENOSYS, which programs expect of new
    // calls; not so where the default lets calls through, or is ENOSYS already.
    stub =
        switch (section.defaultAction()) {
          case SCMP_ACT_ALLOW, SCMP_ACT_LOG, SCMP_ACT_TRACE -> false;
          default -> defaultAction != (Bpf.ERRNO | Actions.ENOSYS);
        };
    List<SeccompRule> all = section.syscalls();
    for (int i = 0; i < all.size(); i++) {
      add(all.get(i));
    }
    if (section.defaultAction() == Seccomp.Action.SCMP_ACT_NOTIFY) {
      throw new SeccompException("SCMP_ACT_NOTIFY cannot be used as default action");
    }
  }

  private void add(SeccompRule rule) {
    int action = Actions.value(rule.action(), rule.errnoRet(), "errnoRet");
    boolean notify = rule.action() == Seccomp.Action.SCMP_ACT_NOTIFY;
    notifies |= notify;
    Rule[] alternatives = action == defaultAction ? new Rule[0] : alternatives(action, rule);
    List<String> names = rule.names();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (notify && name.equals("write")) {
        // The process could not hand over the descriptor on which its write would be answered.
        throw new SeccompException("SCMP_ACT_NOTIFY cannot be used for the write syscall");
      }
      int syscall = Syscalls.index(name);
      if (syscall >= 0) {
        know(syscall);
        for (Rule alternative : alternatives) {
          put(syscall, alternative);
        }
      }
    }
  }

  /** The rule, or where it names an argument twice, a rule for each of its conditions. */
  private static Rule[] alternatives(int action, SeccompRule rule) {
    List<SeccompArg> args = rule.args();
    Condition[] conditions = new Condition[args.size()];
    int seen = 0;
    boolean twice = false;
    for (int i = 0; i < conditions.length; i++) {
      int index = args.get(i).index();
      if (index < 0 || index >= MAX_ARGS) {
        throw new SeccompException(
            "seccomp rule for "
                + String.join(", ", rule.names())
                + ": argument index "
                + Integer.toUnsignedString(index)
                + " is not 0 to 5");
      }
      conditions[i] = Condition.of(args.get(i));
      twice |= (seen & 1 << index) != 0;
      seen |= 1 << index;
    }
    if (!twice) {
      return new Rule[] {new Rule(action, conditions)};
    }
    Rule[] rules = new Rule[conditions.length];
    for (int i = 0; i < rules.length; i++) {
      rules[i] = new Rule(action, conditions[i]);
    }
    return rules;
  }

  private void put(int syscall, Rule rule) {
    if (count == rules.length) {
      rules = Arrays.copyOf(rules, count * 2);
      syscalls = Arrays.copyOf(syscalls, count * 2);
    }
    rules[count] = rule;
    syscalls[count++] = syscall;
  }

  private void know(int syscall) {
    if (knownCount == known.length) {
      known = Arrays.copyOf(known, knownCount * 2);
    }
    known[knownCount++] = syscall;
  }

  /** The return value for calls without a rule. */
  int defaultAction() {
    return defaultAction;
  }

  /** Whether a rule says SCMP_ACT_NOTIFY. */
  boolean notifies() {
    return notifies;
  }

  /** How many entries there are. */
  int count() {
    return count;
  }

  /** An entry's call: its index in {@link Syscalls}. */
  int syscall(int entry) {
    return syscalls[entry];
  }

  /** An entry's rule. */
  Rule rule(int entry) {
    return rules[entry];
  }

  /**
   * The largest number that the section names on that architecture: what is above it is newer than
   * the section, and gets ENOSYS. -1 where nothing does: the section has no call of the
   * architecture, or its default lets calls through.
   */
  int largest(Arch arch) {
    int largest = 0;
    for (int i = 0; stub && i < knownCount; i++) {
      boolean indirect =
          arch.socketcall() >= 0
              && (Syscalls.socketcall(known[i]) >= 0 || Syscalls.ipc(known[i]) >= 0);
      if (!indirect) {
        largest = Math.max(largest, Syscalls.number(arch, known[i]));
      }
    }
    return largest == 0 ? -1 : largest;
  }
}
