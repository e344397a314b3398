package dev.proa.seccomp;

import dev.proa.spec.linux.SeccompArg;

/** Writes the code for one audit number: a binary search over the ranges, and the rules' tests. */
final class FilterCode {
  private final BpfAssembler code;
  private final Ranges ranges;
  private final int[] chains;
  private final int defaultTarget;

  FilterCode(BpfAssembler code, Ranges ranges, int defaultAction) {
    this.code = code;
    this.ranges = ranges;
    this.chains = new int[ranges.chainCount()];
    this.defaultTarget = code.ret(defaultAction);
  }

  /** Writes it; the place where it begins. */
  int write() {
    for (int i = 0; i < chains.length; i++) {
      Ranges.Chain chain = ranges.chain(i);
      chains[i] = chain(chain.rules(), chain.wide());
    }
    code.begin(search(0, ranges.count()));
    return code.plain(Bpf.LD, Bpf.OFFSET_NR);
  }

  private int search(int from, int to) {
    if (to - from == 1) {
      int value = ranges.value(from);
      return ranges.hasChain(from) ? chains[value] : code.ret(value);
    }
    int middle = (from + to) >>> 1;
    int above = search(middle, to);
    int below = search(from, middle);
    return code.jump(Bpf.JGE, ranges.start(middle), above, below);
  }

  /** Rules of which the first that matches counts; else the default action. */
  private int chain(Rule[] rules, boolean wide) {
    int otherwise = defaultTarget;
    int last = rules.length;
    while (last > 0) {
      int first = runOfEqualities(rules, last, wide);
      if (last - first > 1) {
        otherwise = equalities(rules, first, last, wide, otherwise);
      } else {
        otherwise = rule(rules[first], wide, otherwise);
      }
      last = first;
    }
    return otherwise;
  }

  private int rule(Rule rule, boolean wide, int otherwise) {
    int target = code.ret(rule.action());
    Condition[] conditions = rule.conditions(wide);
    for (int i = conditions.length - 1; i >= 0; i--) {
      target = test(conditions[i], wide, target, otherwise);
    }
    return target;
  }

  /**
   * The first of the rules before {@code last} that compare one argument for equality only, with
   * values of the same high half: they need that argument loaded once.
   */
  private static int runOfEqualities(Rule[] rules, int last, boolean wide) {
    int first = last - 1;
    Condition condition = equality(rules[first], wide);
    while (condition != null && first > 0) {
      Condition before = equality(rules[first - 1], wide);
      if (before == null
          || before.index() != condition.index()
          || (wide && before.datum() >>> 32 != condition.datum() >>> 32)) {
        break;
      }
      first--;
    }
    return first;
  }

  private static Condition equality(Rule rule, boolean wide) {
    Condition[] conditions = rule.conditions(wide);
    return conditions.length == 1 && conditions[0].op() == SeccompArg.Op.SCMP_CMP_EQ
        ? conditions[0]
        : null;
  }

  private int equalities(Rule[] rules, int first, int last, boolean wide, int otherwise) {
    int target = otherwise;
    for (int i = last - 1; i >= first; i--) {
      int value = (int) equality(rules[i], wide).datum();
      target = code.jump(Bpf.JEQ, value, code.ret(rules[i].action()), target);
    }
    Condition condition = equality(rules[first], wide);
    target = code.plain(Bpf.LD, Bpf.low(condition.index()));
    if (!wide) {
      return target;
    }
    code.jump(Bpf.JEQ, (int) (condition.datum() >>> 32), target, otherwise);
    return code.plain(Bpf.LD, Bpf.high(condition.index()));
  }

  private int test(Condition condition, boolean wide, int holds, int fails) {
    return switch (condition.op()) {
      case SCMP_CMP_EQ, SCMP_CMP_MASKED_EQ -> equal(condition, wide, holds, fails);
      case SCMP_CMP_NE -> equal(condition, wide, fails, holds);
      case SCMP_CMP_GT -> above(condition, Bpf.JGT, wide, holds, fails);
      case SCMP_CMP_GE -> above(condition, Bpf.JGE, wide, holds, fails);
      case SCMP_CMP_LE -> above(condition, Bpf.JGT, wide, fails, holds);
      case SCMP_CMP_LT -> above(condition, Bpf.JGE, wide, fails, holds);
    };
  }

  private int equal(Condition condition, boolean wide, int holds, int fails) {
    int target = holds;
    if ((int) condition.mask() != 0) {
      code.jump(Bpf.JEQ, (int) condition.datum(), holds, fails);
      target = load(Bpf.low(condition.index()), (int) condition.mask());
    }
    if (wide && condition.mask() >>> 32 != 0) {
      code.jump(Bpf.JEQ, (int) (condition.datum() >>> 32), target, fails);
      target = load(Bpf.high(condition.index()), (int) (condition.mask() >>> 32));
    }
    return target;
  }

  private int above(Condition condition, int operation, boolean wide, int holds, int fails) {
    code.jump(operation, (int) condition.datum(), holds, fails);
    int low = code.plain(Bpf.LD, Bpf.low(condition.index()));
    if (!wide) {
      return low;
    }
    // The high halves decide unless they are equal.
    int same = code.jump(Bpf.JEQ, (int) (condition.datum() >>> 32), low, fails);
    code.jump(Bpf.JGT, (int) (condition.datum() >>> 32), holds, same);
    return code.plain(Bpf.LD, Bpf.high(condition.index()));
  }

  private int load(int offset, int mask) {
    if (mask != -1) {
      code.plain(Bpf.AND, mask);
    }
    return code.plain(Bpf.LD, offset);
  }
}
