package dev.proa.seccomp;

import dev.proa.spec.linux.SeccompArg;

/**
 * One comparison of an argument, in a form that is the same for all operators.
 *
 * @param index which argument, 0 to 5
 * @param op the comparison; unsigned
 * @param mask the bits that are compared: all but with SCMP_CMP_MASKED_EQ
 * @param datum what is compared with, without bits outside the mask
 */
record Condition(int index, SeccompArg.Op op, long mask, long datum) {

  static Condition of(SeccompArg arg) {
    return arg.op() == SeccompArg.Op.SCMP_CMP_MASKED_EQ
        ? new Condition(arg.index(), arg.op(), arg.value(), arg.value() & arg.valueTwo())
        : new Condition(arg.index(), arg.op(), -1L, arg.value());
  }

  static Condition equal(int index, long value) {
    return new Condition(index, SeccompArg.Op.SCMP_CMP_EQ, -1L, value);
  }

  /** Whether it holds for every argument; for narrow architectures only the low half counts. */
  boolean always(boolean wide) {
    return wide ? mask == 0 : (int) mask == 0;
  }

  /** Which of two matching rules counts: an equality before an upper bound before a lower one. */
  private int rank() {
    return switch (op) {
      case SCMP_CMP_EQ, SCMP_CMP_NE, SCMP_CMP_MASKED_EQ -> 0;
      case SCMP_CMP_LT, SCMP_CMP_LE -> 1;
      case SCMP_CMP_GT, SCMP_CMP_GE -> 2;
    };
  }

  /** Whether it is the same comparison. */
  boolean same(Condition other, boolean wide) {
    return index == other.index
        && op == other.op
        && (wide
            ? mask == other.mask && datum == other.datum
            : (int) mask == (int) other.mask && (int) datum == (int) other.datum);
  }

  /**
   * libseccomp's order of conditions at the same place in their rules: higher arguments first, then
   * by operator, then the narrower bound first.
   */
  int compare(Condition other, boolean wide) {
    if (index != other.index) {
      return other.index - index;
    }
    if (rank() != other.rank()) {
      return rank() - other.rank();
    }
    int order =
        wide
            ? Long.compareUnsigned(other.datum, datum)
            : Integer.compareUnsigned((int) other.datum, (int) datum);
    return rank() == 1 ? -order : order;
  }
}
