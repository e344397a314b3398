package dev.proa.seccomp;

/**
 * Classic BPF as seccomp(2) takes it: operations (linux/bpf_common.h), the offsets in struct
 * seccomp_data and the return values (linux/seccomp.h).
 */
final class Bpf {
  /** BPF_LD | BPF_W | BPF_ABS: load a word of seccomp_data. */
  static final int LD = 0x20;

  /** BPF_ALU | BPF_AND | BPF_K. */
  static final int AND = 0x54;

  /** BPF_JMP | BPF_JA. */
  static final int JA = 0x05;

  /** BPF_JMP | BPF_JEQ | BPF_K. */
  static final int JEQ = 0x15;

  /** BPF_JMP | BPF_JGT | BPF_K; unsigned. */
  static final int JGT = 0x25;

  /** BPF_JMP | BPF_JGE | BPF_K; unsigned. */
  static final int JGE = 0x35;

  /** BPF_RET | BPF_K. */
  static final int RET = 0x06;

  /** BPF_MAXINSNS: the longest program that Linux takes. */
  static final int MAX_INSTRUCTIONS = 4096;

  /** Bytes of one struct sock_filter. */
  static final int SIZE = 8;

  static final int OFFSET_NR = 0;
  static final int OFFSET_ARCH = 4;
  static final int OFFSET_ARGS = 16;

  static final int KILL_PROCESS = 0x80000000;
  static final int KILL_THREAD = 0;
  static final int TRAP = 0x00030000;
  static final int ERRNO = 0x00050000;
  static final int USER_NOTIF = 0x7fc00000;
  static final int TRACE = 0x7ff00000;
  static final int LOG = 0x7ffc0000;
  static final int ALLOW = 0x7fff0000;

  /** The bits of a return value that are its action; the others are its data. */
  static final int ACTION_MASK = 0xffff0000;

  private Bpf() {}

  /** The offset of the low half of an argument, on a little-endian machine. */
  static int low(int argument) {
    return OFFSET_ARGS + 8 * argument;
  }

  /** The offset of the high half of an argument, on a little-endian machine. */
  static int high(int argument) {
    return OFFSET_ARGS + 8 * argument + 4;
  }
}
