package dev.proa.kernel;

/** Terminals: the requests of ioctl_tty(2) and of pts(4). */
public final class TerminalCalls {
  private static final int TCGETS = 0x5401;
  private static final int TCSETS = 0x5402;
  private static final int TIOCSCTTY = 0x540e;
  private static final int TIOCGWINSZ = 0x5413;
  private static final int TIOCSWINSZ = 0x5414;
  private static final int TIOCSPTLCK = 0x40045431;
  private static final int TIOCGPTN = 0x80045430;
  private static final int TIOCGPTPEER = 0x5441;

  /** struct termios of the kernel: four flag words, the line discipline and 19 characters. */
  private static final int TERMIOS_SIZE = 36;

  private final Kernel kernel;

  /** Over that kernel. */
  public TerminalCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /** The settings of a terminal, or null where the descriptor is none: TCGETS. */
  public byte[] attributes(Fd terminal) {
    byte[] termios = new byte[TERMIOS_SIZE];
    Call call = ioctl(terminal, TCGETS, "TCGETS", Arg.out(termios));
    return kernel.call(call) == 0 ? termios : null;
  }

  /** Changes the settings at once: TCSETS. */
  public static Call setAttributes(Fd terminal, byte[] termios) {
    return ioctl(terminal, TCSETS, "TCSETS", Arg.struct(termios, "{termios}"));
  }

  /**
   * The settings with what cfmakeraw(3) changes, but for OPOST: output is still processed, as runc
   * has it, because the container's side does not turn newlines into carriage returns and newlines.
   */
  public static byte[] raw(byte[] termios) {
    byte[] raw = termios.clone();
    // c_iflag: IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
    Bytes.putInt(raw, 0, Bytes.getInt(raw, 0) & ~0x5eb);
    // c_cflag: CSIZE PARENB off, CS8 on
    Bytes.putInt(raw, 8, (Bytes.getInt(raw, 8) & ~0x130) | 0x30);
    // c_lflag: ECHO ECHONL ICANON ISIG IEXTEN
    Bytes.putInt(raw, 12, Bytes.getInt(raw, 12) & ~0x804b);
    raw[17 + 6] = 1; // VMIN
    raw[17 + 5] = 0; // VTIME
    return raw;
  }

  /** The settings with ONLCR off, as runc gives a container's pseudo-terminal. */
  public static byte[] withoutNewlineTranslation(byte[] termios) {
    byte[] changed = termios.clone();
    Bytes.putInt(changed, 4, Bytes.getInt(changed, 4) & ~0x4);
    return changed;
  }

  /** Height and width of a terminal in characters, or null where it has none: TIOCGWINSZ. */
  public int[] size(Fd terminal) {
    byte[] size = new byte[8];
    Call call = ioctl(terminal, TIOCGWINSZ, "TIOCGWINSZ", Arg.out(size));
    if (kernel.call(call) != 0) {
      return null;
    }
    return new int[] {Bytes.getShort(size, 0), Bytes.getShort(size, 2)};
  }

  /** Sets height and width in characters: TIOCSWINSZ. */
  public static Call setSize(Fd terminal, int height, int width) {
    byte[] size = new byte[8];
    Bytes.putShort(size, 0, height);
    Bytes.putShort(size, 2, width);
    return ioctl(
        terminal,
        TIOCSWINSZ,
        "TIOCSWINSZ",
        Arg.struct(size, "{ws_row=" + height + ", ws_col=" + width + "}"));
  }

  /** Makes the terminal the session's own: TIOCSCTTY; the caller leads a session without one. */
  public static Call setControlling(Fd terminal) {
    return ioctl(terminal, TIOCSCTTY, "TIOCSCTTY", Arg.of(0));
  }

  /** Lets the other side of a new pseudo-terminal be opened: TIOCSPTLCK with 0. */
  public static Call unlock(Fd master) {
    return ioctl(master, TIOCSPTLCK, "TIOCSPTLCK", Arg.struct(new byte[4], "[0]"));
  }

  /** The number of a pseudo-terminal, as in /dev/pts/N: TIOCGPTN. */
  public int number(Fd master) {
    byte[] number = new byte[4];
    kernel.must(ioctl(master, TIOCGPTN, "TIOCGPTN", Arg.out(number)));
    return Bytes.getInt(number, 0);
  }

  /** Opens the other side without a path: TIOCGPTPEER (Linux 4.13). */
  public Fd peer(Fd master, String name) {
    int flags = FileCalls.O_RDWR | FileCalls.O_NOCTTY | FileCalls.O_CLOEXEC;
    int fd =
        (int)
            kernel.must(
                ioctl(master, TIOCGPTPEER, "TIOCGPTPEER", Arg.flags(flags, FileCalls.OPEN_FLAGS)));
    return new Fd(kernel, fd, name);
  }

  private static Call ioctl(Fd fd, int request, String name, Arg argument) {
    return Call.of(Sysno.IOCTL, fd.arg(), Arg.named(request & 0xffffffffL, name), argument);
  }
}
