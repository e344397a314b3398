package dev.proa.cgroup.v2;

import dev.proa.kernel.Bytes;

/** Runs the programs of {@link BpfAssembler}; anything else is an error. */
final class BpfInterpreter {
  private BpfInterpreter() {}

  /** What the program answers for an access. */
  static long run(byte[] program, boolean block, int access, int major, int minor) {
    int[] context = {access << 16 | (block ? 1 : 2), major, minor};
    long[] r = new long[11];
    for (int at = 0; ; at++) {
      int code = program[8 * at] & 0xff;
      int destination = program[8 * at + 1] & 0xf;
      int source = (program[8 * at + 1] & 0xf0) >> 4;
      int offset = (short) Bytes.getShort(program, 8 * at + 2);
      int value = Bytes.getInt(program, 8 * at + 4);
      switch (code) {
        case BpfAssembler.LOAD_WORD -> {
          if (source != 1) {
            throw new IllegalStateException("only the context can be loaded from");
          }
          r[destination] = context[offset / 4] & 0xffffffffL;
        }
        case BpfAssembler.MOVE -> r[destination] = r[source] & 0xffffffffL;
        case BpfAssembler.AND -> r[destination] = r[destination] & value & 0xffffffffL;
        case BpfAssembler.SHIFT_RIGHT -> r[destination] = (r[destination] & 0xffffffffL) >>> value;
        case BpfAssembler.SET -> r[destination] = value;
        case BpfAssembler.JUMP_IF -> at += r[destination] == value ? offset : 0;
        case BpfAssembler.JUMP_IF_NOT -> at += r[destination] != value ? offset : 0;
        case BpfAssembler.JUMP_IF_DIFFERENT -> at += r[destination] != r[source] ? offset : 0;
        case BpfAssembler.EXIT -> {
          return r[0];
        }
        default -> throw new IllegalStateException("code 0x" + Integer.toHexString(code));
      }
    }
  }
}
