package dev.proa.seccomp;

import dev.proa.kernel.Bytes;

/** Runs a filter over one call as the kernel does: what {@code proa seccomp test} asks. */
final class Interpreter {
  private Interpreter() {}

  /**
   * What the filter returns.
   *
   * @param audit AUDIT_ARCH_* of the call
   * @param args up to six
   */
  static int run(Filter filter, int number, int audit, long... args) {
    byte[] data = new byte[64]; // struct seccomp_data
    Bytes.putInt(data, Bpf.OFFSET_NR, number);
    Bytes.putInt(data, Bpf.OFFSET_ARCH, audit);
    for (int i = 0; i < args.length; i++) {
      Bytes.putLong(data, Bpf.OFFSET_ARGS + 8 * i, args[i]);
    }
    byte[] program = filter.program();
    int accumulator = 0;
    for (int at = 0; ; at++) {
      int operation = Bytes.getShort(program, at * Bpf.SIZE);
      int onTrue = program[at * Bpf.SIZE + 2] & 0xff;
      int onFalse = program[at * Bpf.SIZE + 3] & 0xff;
      int constant = Bytes.getInt(program, at * Bpf.SIZE + 4);
      int order = Integer.compareUnsigned(accumulator, constant);
      switch (operation) {
        case Bpf.LD -> accumulator = Bytes.getInt(data, constant);
        case Bpf.AND -> accumulator &= constant;
        case Bpf.JA -> at += constant;
        case Bpf.JEQ -> at += order == 0 ? onTrue : onFalse;
        case Bpf.JGT -> at += order > 0 ? onTrue : onFalse;
        case Bpf.JGE -> at += order >= 0 ? onTrue : onFalse;
        case Bpf.RET -> {
          return constant;
        }
        default -> throw new IllegalStateException("no instruction of proa's: " + operation);
      }
    }
  }
}
