package dev.proa.seccomp;

import java.util.ArrayList;
import java.util.List;

/**
 * An architecture that a filter can be for: its audit number (linux/audit.h), by which the kernel
 * tells a filter how a call was made, and how its calls are numbered.
 *
 * <p>All of them are little-endian. A filter is code for the machine that runs it, so that an
 * architecture of the other byte order can never be met; libseccomp refuses to mix them, and so
 * does proa.
 */
public enum Arch {
  X86_64("x86_64", 0xc000003e, 0, true, -1, -1),
  X86("x86", 0x40000003, 0, false, 102, 117),
  /** x32 has the audit number of x86-64; its calls have bit 30 set. */
  X32("x32", 0xc000003e, Arch.X32_BIT, false, -1, -1),
  AARCH64("aarch64", 0xc00000b7, 0, true, -1, -1),
  ARM("arm", 0x40000028, 0, false, -1, -1),
  RISCV64("riscv64", 0xc00000f3, 0, true, -1, -1),
  PPC64LE("ppc64le", 0xc0000015, 0, true, 102, 117),
  MIPSEL("mipsel", 0x40000008, 4000, false, 4102, 4117),
  MIPSEL64("mipsel64", 0xc0000008, 5000, true, -1, -1),
  MIPSEL64N32("mipsel64n32", 0xe0000008, 6000, false, -1, -1),
  LOONGARCH64("loongarch64", 0xc0000102, 0, true, -1, -1);

  /** __X32_SYSCALL_BIT of asm/unistd.h. */
  static final int X32_BIT = 0x40000000;

  private static final String PREFIX = "SCMP_ARCH_";
  private static final String[] BIG_ENDIAN = {
    "MIPS",
    "MIPS64",
    "MIPS64N32",
    "PPC",
    "PPC64",
    "S390",
    "S390X",
    "PARISC",
    "PARISC64",
    "M68K",
    "SHEB"
  };
  private static final Arch[] ALL = values();
  private static final Arch NATIVE =
      "aarch64".equals(System.getProperty("os.arch")) ? AARCH64 : X86_64;

  private final String column;
  private final int audit;
  private final int base;
  private final boolean wide;
  private final int socketcall;
  private final int ipc;

  Arch(String column, int audit, int base, boolean wide, int socketcall, int ipc) {
    this.column = column;
    this.audit = audit;
    this.base = base;
    this.wide = wide;
    this.socketcall = socketcall;
    this.ipc = ipc;
  }

  /** The architecture that this executable runs on. */
  public static Arch nativeArch() {
    return NATIVE;
  }

  /**
   * The architecture of a name of the spec, as {@code SCMP_ARCH_X86_64}.
   *
   * @throws SeccompException if there is none, or it is big-endian
   */
  public static Arch of(String name) {
    if (name.startsWith(PREFIX)) {
      for (Arch arch : ALL) {
        if (arch.name().length() == name.length() - PREFIX.length() && name.endsWith(arch.name())) {
          return arch;
        }
      }
      for (String other : BIG_ENDIAN) {
        if (other.length() == name.length() - PREFIX.length() && name.endsWith(other)) {
          throw new SeccompException(
              "seccomp architecture " + name + " is big-endian and this machine is not");
        }
      }
    }
    throw new SeccompException("unknown seccomp architecture " + name);
  }

  /** The names of all that a filter can be for, as the features document lists them. */
  public static List<String> specNames() {
    List<String> names = new ArrayList<>(ALL.length);
    for (Arch arch : ALL) {
      names.add(arch.specName());
    }
    return names;
  }

  /** Its name in the spec. */
  public String specName() {
    return PREFIX + name();
  }

  /** AUDIT_ARCH_* of linux/audit.h: seccomp_data.arch of a call made that way. */
  public int audit() {
    return audit;
  }

  /** The head of its column in the table of system calls. */
  String column() {
    return column;
  }

  /** What its call numbers are counted from. */
  int base() {
    return base;
  }

  /**
   * Whether arguments are 64 bits wide. Elsewhere only the low half is compared, as libseccomp
   * does.
   */
  boolean wide() {
    return wide;
  }

  /** The number of socketcall(2), through which all socket calls can be made; -1 without one. */
  int socketcall() {
    return socketcall;
  }

  /** The number of ipc(2), through which all System V IPC calls can be made; -1 without one. */
  int ipc() {
    return ipc;
  }
}
