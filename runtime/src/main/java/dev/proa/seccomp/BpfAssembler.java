package dev.proa.seccomp;

import java.util.Arrays;

/**
 * Writes a program from its end to its beginning.
 *
 * <p>A jump of classic BPF goes forward only, and at most 255 instructions. Written backwards,
 * every target is there before the jump to it, so that its distance is known and one pass is
 * enough: where a target has become too far, a long jump to it is put right behind the instruction
 * that needs it, or another copy of the return where the target is one.
 *
 * <p>A target is the place of an instruction, counted from the end, or what {@link #ret} gives.
 */
final class BpfAssembler {
  // An instruction's distance may grow by the two helpers that its own other branch puts in.
  private static final int REACH = 250;

  private int[] operations = new int[256];
  private int[] constants = new int[256];
  private int count;

  private int[] returns = new int[8];
  private int[] places = new int[8];
  private int returnCount;

  /** How many instructions there are. */
  int count() {
    return count;
  }

  /** The target that ends the program with that value. */
  int ret(int value) {
    for (int i = 0; i < returnCount; i++) {
      if (returns[i] == value) {
        return ~i;
      }
    }
    if (returnCount == returns.length) {
      returns = Arrays.copyOf(returns, returnCount * 2);
      places = Arrays.copyOf(places, returnCount * 2);
    }
    returns[returnCount] = value;
    places[returnCount] = -REACH;
    return ~returnCount++;
  }

  /** Puts an instruction before the last one written, which follows it; its place. */
  int plain(int operation, int constant) {
    if (count == operations.length) {
      operations = Arrays.copyOf(operations, count * 2);
      constants = Arrays.copyOf(constants, count * 2);
    }
    operations[count] = operation;
    constants[count] = constant;
    return count++;
  }

  /** A conditional jump; its place. */
  int jump(int operation, int constant, int whenTrue, int whenFalse) {
    int onTrue = near(whenTrue);
    int onFalse = near(whenFalse);
    int jt = count - 1 - onTrue;
    int jf = count - 1 - onFalse;
    return plain(operation | jt << 16 | jf << 24, constant);
  }

  /** A place within reach from which the target is reached. */
  private int near(int target) {
    if (target < 0) {
      int which = ~target;
      if (count - places[which] >= REACH) {
        places[which] = plain(Bpf.RET, returns[which]);
      }
      return places[which];
    }
    return count - target > REACH ? plain(Bpf.JA, count - 1 - target) : target;
  }

  /** Makes the last written instruction one that does what the target does; its place. */
  int begin(int target) {
    if (target < 0) {
      return plain(Bpf.RET, returns[~target]);
    }
    return target == count - 1 ? target : plain(Bpf.JA, count - 1 - target);
  }

  /** The program: struct sock_filter after struct sock_filter, first instruction first. */
  byte[] program() {
    byte[] program = new byte[count * Bpf.SIZE];
    int at = 0;
    for (int i = count - 1; i >= 0; i--) {
      int operation = operations[i];
      int constant = constants[i];
      program[at] = (byte) operation;
      program[at + 2] = (byte) (operation >>> 16);
      program[at + 3] = (byte) (operation >>> 24);
      program[at + 4] = (byte) constant;
      program[at + 5] = (byte) (constant >>> 8);
      program[at + 6] = (byte) (constant >>> 16);
      program[at + 7] = (byte) (constant >>> 24);
      at += Bpf.SIZE;
    }
    return program;
  }
}
