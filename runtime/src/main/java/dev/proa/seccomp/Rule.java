package dev.proa.seccomp;

/** An action and the conditions, ordered by argument, under all of which it is taken. */
final class Rule {
  private static final Condition[] NONE = {};

  private final int action;
  private final Condition[] conditions;

  /** With that return value for seccomp, and conditions on different arguments, in any order. */
  Rule(int action, Condition... conditions) {
    this.action = action;
    this.conditions = conditions;
    for (int i = 1; i < conditions.length; i++) {
      for (int j = i; j > 0 && conditions[j].index() < conditions[j - 1].index(); j--) {
        Condition swapped = conditions[j];
        conditions[j] = conditions[j - 1];
        conditions[j - 1] = swapped;
      }
    }
  }

  int action() {
    return action;
  }

  /** The conditions that mean something for arguments of that width. */
  Condition[] conditions(boolean wide) {
    int count = 0;
    for (Condition condition : conditions) {
      count += condition.always(wide) ? 0 : 1;
    }
    if (count == conditions.length) {
      return conditions;
    }
    Condition[] kept = count == 0 ? NONE : new Condition[count];
    int at = 0;
    for (Condition condition : conditions) {
      if (!condition.always(wide)) {
        kept[at++] = condition;
      }
    }
    return kept;
  }

  /**
   * The rule for the call through which this rule's call can also be made: its first argument says
   * which call it is, so that a condition on the first argument is lost, as with libseccomp.
   */
  Rule multiplexed(int call) {
    boolean first = conditions.length > 0 && conditions[0].index() == 0;
    Condition[] all = new Condition[conditions.length + (first ? 0 : 1)];
    System.arraycopy(conditions, first ? 1 : 0, all, 1, all.length - 1);
    all[0] = Condition.equal(0, call);
    return new Rule(action, all);
  }

  /** libseccomp's order of the rules of one call, in which the first that matches counts. */
  static int compare(Condition[] one, Condition[] other, boolean wide) {
    int common = Math.min(one.length, other.length);
    for (int i = 0; i < common; i++) {
      int order = one[i].compare(other[i], wide);
      if (order != 0) {
        return order;
      }
      if (!one[i].same(other[i], wide)) {
        return 0;
      }
    }
    return one.length - other.length;
  }

  /** Whether the first is the beginning of the second, or all of it. */
  static boolean begins(Condition[] first, Condition[] second, boolean wide) {
    if (first.length > second.length) {
      return false;
    }
    for (int i = 0; i < first.length; i++) {
      if (!first[i].same(second[i], wide)) {
        return false;
      }
    }
    return true;
  }
}
