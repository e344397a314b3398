package dev.proa.diagnosis;

import dev.proa.seccomp.Arch;
import java.nio.charset.StandardCharsets;

/**
 * What the head of an ELF file says: elf(5).
 *
 * @param machine e_machine
 * @param isProgram whether e_type is ET_EXEC or ET_DYN
 * @param interpreter PT_INTERP: the loader; null where it has none, or it lies further in the file
 */
record Elf(int machine, boolean isProgram, String interpreter) {
  private static final int EM_386 = 3;
  private static final int EM_ARM = 40;
  private static final int EM_X86_64 = 62;
  private static final int EM_AARCH64 = 183;

  private static final int ET_EXEC = 2;
  private static final int ET_DYN = 3;
  private static final int PT_INTERP = 3;
  private static final int LONGEST = 4096;

  /** Reads the head of a file; null where it is no ELF file. */
  static Elf parse(byte[] head) {
    if (head.length < 52 || head[0] != 0x7f || head[1] != 'E' || head[2] != 'L' || head[3] != 'F') {
      return null;
    }
    boolean wide = head[4] == 2;
    boolean big = head[5] == 2;
    int type = number(head, 16, 2, big);
    int machine = number(head, 18, 2, big);
    boolean program = type == ET_EXEC || type == ET_DYN;
    int table = number(head, wide ? 32 : 28, 4, big); // the low half will do: it is near the start
    if (big && wide) {
      table = number(head, 36, 4, true);
    }
    int size = number(head, wide ? 54 : 42, 2, big);
    int count = number(head, wide ? 56 : 44, 2, big);
    String interpreter = null;
    for (int i = 0; i < count && interpreter == null; i++) {
      int at = table + i * size;
      if (at < 0 || at + 40 > head.length) {
        break;
      }
      if (number(head, at, 4, big) == PT_INTERP) {
        int half = big && wide ? 4 : 0;
        int offset = number(head, at + (wide ? 8 : 4) + half, 4, big);
        int length = number(head, at + (wide ? 32 : 16) + half, 4, big);
        interpreter = text(head, offset, length);
      }
    }
    return new Elf(machine, program, interpreter);
  }

  private static String text(byte[] head, int offset, int length) {
    if (offset < 0 || length < 2 || length > LONGEST || offset > head.length - length) {
      return null;
    }
    return new String(head, offset, length - 1, StandardCharsets.UTF_8); // without its NUL
  }

  private static int number(byte[] bytes, int at, int size, boolean big) {
    int value = 0;
    for (int i = 0; i < size && at + size <= bytes.length; i++) {
      int next = bytes[at + i] & 0xff;
      value |= next << (8 * (big ? size - 1 - i : i));
    }
    return value;
  }

  /** The e_machine of this machine's own programs. */
  static int here() {
    return Arch.nativeArch().audit() & 0xffff; // AUDIT_ARCH_* are EM_* with flags above
  }

  /** Whether this machine's processor executes it; 32-bit programs where the kernel agrees. */
  static boolean runsHere(Elf elf) {
    return elf.machine == here() || elf.machine == (here() == EM_X86_64 ? EM_386 : EM_ARM);
  }

  /** The machine by the name that qemu, binfmt_misc and uname(1) have for it. */
  static String machineName(int machine) {
    return switch (machine) {
      case EM_386 -> "i386";
      case 8 -> "mips";
      case 20 -> "ppc";
      case 21 -> "ppc64le";
      case 22 -> "s390x";
      case EM_ARM -> "arm";
      case EM_X86_64 -> "x86_64";
      case EM_AARCH64 -> "aarch64";
      case 243 -> "riscv64";
      case 258 -> "loongarch64";
      default -> "machine " + machine + " of elf(5)";
    };
  }

  /** The machine as images are named. */
  static String platform(int machine) {
    return machine == EM_AARCH64 ? "linux/arm64" : "linux/amd64";
  }
}
