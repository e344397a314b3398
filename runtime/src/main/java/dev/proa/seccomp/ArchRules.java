package dev.proa.seccomp;

import java.util.Arrays;

/**
 * Says for one architecture what happens to each call number: resolves the names, and settles what
 * several rules for one call mean, as libseccomp does.
 */
final class ArchRules {
  private static final int ENTRY_BITS = 24;

  private final RuleSet set;
  private final Arch arch;
  // Call number in the high bits, place in the section in the low ones: sorting groups the rules of
  // a call and keeps their order.
  private long[] keys;
  private Rule[] rules;
  private int count;

  ArchRules(RuleSet set, Arch arch) {
    this.set = set;
    this.arch = arch;
    keys = new long[set.count() + 32];
    rules = new Rule[keys.length];
    for (int i = 0; i < set.count(); i++) {
      resolve(set.syscall(i), set.rule(i));
    }
    Arrays.sort(keys, 0, count);
  }

  private void resolve(int syscall, Rule rule) {
    if (arch.socketcall() >= 0 && Syscalls.socketcall(syscall) >= 0) {
      put(arch.socketcall(), rule.multiplexed(Syscalls.socketcall(syscall)));
    } else if (arch.ipc() >= 0 && Syscalls.ipc(syscall) >= 0) {
      put(arch.ipc(), rule.multiplexed(Syscalls.ipc(syscall)));
    }
    int number = Syscalls.number(arch, syscall);
    if (number >= 0) {
      put(number, rule);
    }
  }

  private void put(int number, Rule rule) {
    if (count == keys.length) {
      keys = Arrays.copyOf(keys, count * 2);
      rules = Arrays.copyOf(rules, count * 2);
    }
    keys[count] = (long) number << ENTRY_BITS | count;
    rules[count++] = rule;
  }

  /**
   * Adds the ranges of this architecture's calls.
   *
   * @param first the lowest number that a call of it can have
   */
  void addTo(Ranges ranges, int first) {
    long gap = Ranges.returning(set.defaultAction());
    ranges.from(first, gap);
    int next = first;
    int i = 0;
    while (i < count) {
      int number = (int) (keys[i] >>> ENTRY_BITS);
      int end = i + 1;
      while (end < count && (int) (keys[end] >>> ENTRY_BITS) == number) {
        end++;
      }
      if (number != next) {
        ranges.from(next, gap);
      }
      ranges.from(number, decision(ranges, number, i, end));
      next = number + 1;
      i = end;
    }
    ranges.from(next, gap);
    int largest = set.largest(arch);
    if (largest >= 0) {
      // Not below the rules: the calls that socketcall(2) can make count for nothing in largest().
      ranges.from(Math.max(next, largest + 1), Ranges.returning(Bpf.ERRNO | Actions.ENOSYS));
    }
  }

  private Rule rule(int key) {
    return rules[(int) keys[key] & (1 << ENTRY_BITS) - 1];
  }

  private long decision(Ranges ranges, int number, int from, int to) {
    boolean mixed = false;
    for (int i = from; i < to; i++) {
      Rule rule = rule(i);
      // The first rule without conditions takes the place of all others, also of earlier ones.
      if (rule.conditions(arch.wide()).length == 0) {
        return Ranges.returning(rule.action());
      }
      mixed |= rule.action() != rule(from).action();
    }
    Rule[] tried = new Rule[to - from];
    for (int i = from; i < to; i++) {
      tried[i - from] = rule(i);
    }
    // With one action the order means nothing.
    if (mixed) {
      refuseContradictions(number, tried);
      sort(tried);
    }
    return ranges.trying(new Ranges.Chain(tried, arch.wide()));
  }

  /** libseccomp refuses a rule that would take another action under the same conditions. */
  private void refuseContradictions(int number, Rule[] tried) {
    for (int later = 1; later < tried.length; later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        if (tried[later].action() != tried[earlier].action()
            && Rule.begins(
                tried[later].conditions(arch.wide()),
                tried[earlier].conditions(arch.wide()),
                arch.wide())) {
          throw new SeccompException(
              "seccomp rules for "
                  + Syscalls.nameOf(arch, number)
                  + " contradict each other: the same arguments have the actions "
                  + Actions.describe(tried[earlier].action())
                  + " and "
                  + Actions.describe(tried[later].action()));
        }
      }
    }
  }

  private void sort(Rule[] tried) {
    for (int i = 1; i < tried.length; i++) {
      Rule rule = tried[i];
      Condition[] conditions = rule.conditions(arch.wide());
      int at = i;
      while (at > 0
          && Rule.compare(conditions, tried[at - 1].conditions(arch.wide()), arch.wide()) < 0) {
        tried[at] = tried[at - 1];
        at--;
      }
      tried[at] = rule;
    }
  }
}
