package dev.proa.terminal;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.Stat;
import dev.proa.kernel.Sysno;
import dev.proa.kernel.TerminalCalls;

/**
 * A pseudo-terminal of the container's own devpts, made by the process that will use it after it
 * has entered its root file system.
 *
 * <p>Nothing is opened by the name that the kernel gives it, {@code /dev/pts/N}: another process of
 * the container could put something else there and have it bound onto {@code /dev/console} before
 * masked and read-only paths are set (CVE-2025-52565).
 */
public final class Pty implements AutoCloseable {
  private static final long DEVPTS_SUPER_MAGIC = 0x1cd1;

  /** The inode of {@code ptmx} in every devpts mount. */
  private static final long PTMX_INODE = 2;

  private static final long PTMX_DEVICE = Stat.makedev(5, 2);
  private static final String PTMX = "/dev/pts/ptmx";
  private static final String CONSOLE = "/dev/console";

  private final Kernel kernel;
  private final Fd master;
  private final Fd peer;

  private Pty(Kernel kernel, Fd master, Fd peer) {
    this.kernel = kernel;
    this.master = master;
    this.peer = peer;
  }

  /**
   * Makes one from the devpts at {@code /dev/pts} of this process's root.
   *
   * @throws TerminalException where something else is there
   */
  public static Pty open(Kernel kernel) {
    FileCalls files = new FileCalls(kernel);
    TerminalCalls terminals = new TerminalCalls(kernel);
    Fd master = files.open(PTMX, FileCalls.O_RDWR | FileCalls.O_NOCTTY | FileCalls.O_NOFOLLOW);
    try {
      verify(kernel, files, master);
      kernel.must(TerminalCalls.unlock(master));
      Fd peer = terminals.peer(master, "/dev/pts/" + terminals.number(master));
      return new Pty(kernel, master, peer);
    } catch (KernelException | TerminalException e) {
      master.close();
      throw e;
    }
  }

  private static void verify(Kernel kernel, FileCalls files, Fd master) {
    Stat stat = files.stat(master);
    boolean device = (stat.mode() & FileCalls.S_IFMT) == FileCalls.S_IFCHR;
    if (new MountCalls(kernel).statfs(master).type() != DEVPTS_SUPER_MAGIC
        || stat.ino() != PTMX_INODE
        || !device
        || stat.rdev() != PTMX_DEVICE) {
      throw new TerminalException(PTMX + " is not the ptmx of a devpts");
    }
  }

  /** The end that whoever shows the terminal reads and writes. */
  public Fd master() {
    return master;
  }

  /** Sets the size in characters. */
  public void setSize(int height, int width) {
    kernel.must(TerminalCalls.setSize(peer, height, width));
  }

  /**
   * Binds it onto {@code /dev/console}, which is made where it is missing; through descriptors, and
   * never through a symbolic link of the image.
   */
  public void bindToConsole() {
    FileCalls files = new FileCalls(kernel);
    // An image's own /dev/console is bound over. mknod(2) follows no link and opens nothing.
    kernel.call(
        Call.of(
            Sysno.MKNODAT,
            Fd.CWD.arg(),
            Arg.text(CONSOLE),
            Arg.named(FileCalls.S_IFREG | 0620, "S_IFREG|0620"),
            Arg.of(0)));
    MountCalls mounts = new MountCalls(kernel);
    try (Fd console = files.open(CONSOLE, FileCalls.O_PATH | FileCalls.O_NOFOLLOW)) {
      if (files.stat(console).isSymlink()) {
        throw new TerminalException(CONSOLE + " is a symbolic link");
      }
      try (Fd mount = mounts.cloneTree(peer, "", false, true)) {
        mounts.moveMount(mount, console);
      }
    }
  }

  /**
   * Makes it the terminal of this process's session and its descriptors 0, 1 and 2.
   *
   * <p>The process leads a session that has no terminal: setsid(2) came before.
   */
  public void attach() {
    kernel.must(TerminalCalls.setControlling(peer));
    DescriptorCalls descriptors = new DescriptorCalls(kernel);
    for (int number = 0; number <= 2; number++) {
      descriptors.place(peer, number);
    }
  }

  /** Closes both ends; 0, 1 and 2 stay. */
  @Override
  public void close() {
    master.close();
    peer.close();
  }
}
