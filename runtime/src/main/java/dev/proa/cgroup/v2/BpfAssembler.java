package dev.proa.cgroup.v2;

import dev.proa.kernel.Bytes;
import java.util.ArrayList;
import java.util.List;

/** The few eBPF instructions that device rules need, with forward jumps (Documentation/bpf). */
final class BpfAssembler {
  // Operation, source and class, of linux/bpf.h and linux/bpf_common.h.
  static final int LOAD_WORD = 0x61; // BPF_LDX | BPF_MEM | BPF_W
  static final int MOVE = 0xbc; // BPF_ALU | BPF_MOV | BPF_X, which clears the upper half
  static final int AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
  static final int SHIFT_RIGHT = 0x74; // BPF_ALU | BPF_RSH | BPF_K
  static final int SET = 0xb7; // BPF_ALU64 | BPF_MOV | BPF_K
  static final int JUMP_IF = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
  static final int JUMP_IF_NOT = 0x55; // BPF_JMP | BPF_JNE | BPF_K
  static final int JUMP_IF_DIFFERENT = 0x5d; // BPF_JMP | BPF_JNE | BPF_X
  static final int EXIT = 0x95; // BPF_JMP | BPF_EXIT

  private static final int NO_LABEL = -1;

  /** {@code struct bpf_insn}; {@code label} is the target of a jump, or -1. */
  private record Instruction(
      int code, int destination, int source, int offset, int value, int label) {}

  private final List<Instruction> instructions = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();

  /** destination = *(u32 *) (source + offset). */
  void loadWord(int destination, int source, int offset) {
    add(LOAD_WORD, destination, source, offset, 0, NO_LABEL);
  }

  /** destination = (u32) source. */
  void move(int destination, int source) {
    add(MOVE, destination, source, 0, 0, NO_LABEL);
  }

  /** register &= value, as u32. */
  void and(int register, int value) {
    add(AND, register, 0, 0, value, NO_LABEL);
  }

  /** register >>= bits, as u32. */
  void shiftRight(int register, int bits) {
    add(SHIFT_RIGHT, register, 0, 0, bits, NO_LABEL);
  }

  /** register = value. */
  void set(int register, int value) {
    add(SET, register, 0, 0, value, NO_LABEL);
  }

  /** Goes to the label if register == value. */
  void jumpIf(int register, int value, int label) {
    add(JUMP_IF, register, 0, 0, value, label);
  }

  /** Goes to the label if register != value. */
  void jumpIfNot(int register, int value, int label) {
    add(JUMP_IF_NOT, register, 0, 0, value, label);
  }

  /** Goes to the label if the registers differ. */
  void jumpIfDifferent(int register, int other, int label) {
    add(JUMP_IF_DIFFERENT, register, other, 0, 0, label);
  }

  /** Ends the program with the value of register 0. */
  void exit() {
    add(EXIT, 0, 0, 0, 0, NO_LABEL);
  }

  /** A place to jump to, to be bound later. */
  int newLabel() {
    labels.add(NO_LABEL);
    return labels.size() - 1;
  }

  /** Puts the label before the next instruction. */
  void bind(int label) {
    labels.set(label, instructions.size());
  }

  private void add(int code, int destination, int source, int offset, int value, int label) {
    instructions.add(new Instruction(code, destination, source, offset, value, label));
  }

  /** The program: one {@code struct bpf_insn} after the other. */
  byte[] toBytes() {
    byte[] bytes = new byte[8 * instructions.size()];
    for (int i = 0; i < instructions.size(); i++) {
      Instruction each = instructions.get(i);
      // A jump counts from the instruction after it.
      int offset = each.label() == NO_LABEL ? each.offset() : labels.get(each.label()) - i - 1;
      bytes[8 * i] = (byte) each.code();
      bytes[8 * i + 1] = (byte) (each.source() << 4 | each.destination());
      Bytes.putShort(bytes, 8 * i + 2, offset);
      Bytes.putInt(bytes, 8 * i + 4, each.value());
    }
    return bytes;
  }
}
