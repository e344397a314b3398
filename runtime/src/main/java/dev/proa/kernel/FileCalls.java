package dev.proa.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Files and directories: open(2), read(2), write(2), mkdir(2), unlink(2), rename(2), stat(2), … */
public final class FileCalls {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0100;
  public static final int O_EXCL = 0200;
  public static final int O_NOCTTY = 0400;
  public static final int O_TRUNC = 01000;
  public static final int O_APPEND = 02000;
  public static final int O_NONBLOCK = 04000;
  public static final int O_SYNC = 04010000;
  public static final int O_CLOEXEC = 02000000;
  public static final int O_PATH = 010000000;
  // These two differ between the architectures (asm/fcntl.h).
  private static final boolean AARCH64 = "aarch64".equals(System.getProperty("os.arch"));
  public static final int O_DIRECTORY = AARCH64 ? 040000 : 0200000;
  public static final int O_NOFOLLOW = AARCH64 ? 0100000 : 0400000;

  public static final int AT_SYMLINK_NOFOLLOW = 0x100;
  public static final int AT_REMOVEDIR = 0x200;
  public static final int AT_EMPTY_PATH = 0x1000;

  public static final int S_IFMT = 0170000;
  public static final int S_IFDIR = 0040000;
  public static final int S_IFREG = 0100000;
  public static final int S_IFLNK = 0120000;
  public static final int S_IFCHR = 0020000;
  public static final int S_IFBLK = 0060000;
  public static final int S_IFIFO = 0010000;
  public static final int S_IFSOCK = 0140000;

  static final FlagNames OPEN_FLAGS =
      new FlagNames("O_RDONLY")
          .with(O_SYNC, "O_SYNC")
          .with(O_RDWR, "O_RDWR")
          .with(O_WRONLY, "O_WRONLY")
          .with(O_CREAT, "O_CREAT")
          .with(O_EXCL, "O_EXCL")
          .with(O_NOCTTY, "O_NOCTTY")
          .with(O_TRUNC, "O_TRUNC")
          .with(O_APPEND, "O_APPEND")
          .with(O_NONBLOCK, "O_NONBLOCK")
          .with(O_DIRECTORY, "O_DIRECTORY")
          .with(O_NOFOLLOW, "O_NOFOLLOW")
          .with(O_CLOEXEC, "O_CLOEXEC")
          .with(O_PATH, "O_PATH");
  static final FlagNames AT_FLAGS =
      new FlagNames("0")
          .with(AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW")
          .with(AT_REMOVEDIR, "AT_REMOVEDIR")
          .with(AT_EMPTY_PATH, "AT_EMPTY_PATH");

  private static final int W_OK = 2;
  private static final int GETDENTS_BUFFER = 32 * 1024;

  private final Kernel kernel;

  /** Over that kernel. */
  public FileCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /** openat(2); O_CLOEXEC is always added: nothing may leak into a container (CVE-2024-21626). */
  public Fd open(Fd directory, String path, int flags, int mode) {
    return new Fd(kernel, (int) kernel.must(openat(directory, path, flags, mode)), path);
  }

  /** openat(2) from the working directory. */
  public Fd open(String path, int flags) {
    return open(Fd.CWD, path, flags, 0);
  }

  /** openat(2) that answers null where the file is not there (ENOENT). */
  public Fd openIfPresent(Fd directory, String path, int flags) {
    Call call = openat(directory, path, flags, 0);
    long result = kernel.call(call);
    if (result == -Errno.ENOENT.value()) {
      return null;
    }
    if (result < 0) {
      throw new KernelException(call, Errno.of((int) -result));
    }
    return new Fd(kernel, (int) result, path);
  }

  private static Call openat(Fd directory, String path, int flags, int mode) {
    return Call.of(
        Sysno.OPENAT,
        directory.arg(),
        Arg.text(path),
        Arg.flags(flags | O_CLOEXEC, OPEN_FLAGS),
        Arg.mode(mode));
  }

  /** read(2): up to {@code buffer.length} bytes; 0 at the end of the file. */
  public int read(Fd fd, byte[] buffer) {
    return (int) retry(Call.of(Sysno.READ, fd.arg(), Arg.out(buffer), Arg.of(buffer.length)));
  }

  /** Everything from the descriptor's position to the end of the file. */
  public byte[] readAll(Fd fd) {
    return readAll(fd, Integer.MAX_VALUE);
  }

  /** {@link #readAll(Fd)}, but not much more than {@code most} bytes of a file that has more. */
  public byte[] readAll(Fd fd, int most) {
    byte[] all = new byte[0];
    int length = 0;
    byte[] buffer = new byte[2 * 1024]; // most files of the kernel's fit: fewer fresh pages
    while (true) {
      if (length == buffer.length) {
        buffer = new byte[32 * 1024];
      }
      int count = length > most ? 0 : read(fd, buffer);
      if (count == 0) {
        return length == all.length ? all : Arrays.copyOf(all, length);
      }
      if (all.length < length + count) {
        all = Arrays.copyOf(all, Math.max(length + count, 2 * length));
      }
      System.arraycopy(buffer, 0, all, length, count);
      length += count;
    }
  }

  /** The whole content of a file. */
  public byte[] readFile(Fd directory, String path) {
    try (Fd fd = open(directory, path, O_RDONLY, 0)) {
      return readAll(fd);
    }
  }

  /** The content of a file, but not much more than {@code most} bytes of one that has more. */
  public byte[] readFile(Fd directory, String path, int most) {
    try (Fd fd = open(directory, path, O_RDONLY, 0)) {
      return readAll(fd, most);
    }
  }

  /** The whole content of a file, as UTF-8. */
  public String readText(String path) {
    return new String(readFile(Fd.CWD, path), StandardCharsets.UTF_8);
  }

  /** write(2) until all of it is written. */
  public void writeAll(Fd fd, byte[] data) {
    int done = 0;
    while (done < data.length) {
      byte[] rest = done == 0 ? data : Arrays.copyOfRange(data, done, data.length);
      done += (int) retry(Call.of(Sysno.WRITE, fd.arg(), Arg.bytes(rest), Arg.of(rest.length)));
    }
  }

  /**
   * Opens an existing file for writing and writes the data with one write(2), as the files of
   * cgroupfs, procfs and sysfs want it.
   */
  public void writeFile(Fd directory, String path, byte[] data) {
    try (Fd fd = open(directory, path, O_WRONLY, 0)) {
      retry(Call.of(Sysno.WRITE, fd.arg(), Arg.bytes(data), Arg.of(data.length)));
    }
  }

  /** {@link #writeFile(Fd, String, byte[])} of a text. */
  public void writeText(String path, String text) {
    writeFile(Fd.CWD, path, text.getBytes(StandardCharsets.UTF_8));
  }

  /** mkdirat(2). */
  public void mkdir(Fd directory, String path, int mode) {
    kernel.must(Call.of(Sysno.MKDIRAT, directory.arg(), Arg.text(path), Arg.mode(mode)));
  }

  /** mkdirat(2); false where it was there already. */
  public boolean mkdirIfAbsent(Fd directory, String path, int mode) {
    Call call = Call.of(Sysno.MKDIRAT, directory.arg(), Arg.text(path), Arg.mode(mode));
    long result = kernel.call(call);
    if (result == -Errno.EEXIST.value()) {
      return false;
    }
    if (result < 0) {
      throw new KernelException(call, Errno.of((int) -result));
    }
    return true;
  }

  /** unlinkat(2) of a file. */
  public void unlink(Fd directory, String path) {
    kernel.must(unlinkat(directory, path));
  }

  /** The same as a call, for who does not mind its failure. */
  public static Call unlinkat(Fd directory, String path) {
    return Call.of(Sysno.UNLINKAT, directory.arg(), Arg.text(path), Arg.of(0));
  }

  /** unlinkat(2) with AT_REMOVEDIR: rmdir(2). */
  public void rmdir(Fd directory, String path) {
    kernel.must(
        Call.of(
            Sysno.UNLINKAT, directory.arg(), Arg.text(path), Arg.flags(AT_REMOVEDIR, AT_FLAGS)));
  }

  /** renameat2(2) without flags: replaces the target atomically. */
  public void rename(Fd fromDirectory, String from, Fd toDirectory, String to) {
    kernel.must(
        Call.of(
            Sysno.RENAMEAT2,
            fromDirectory.arg(),
            Arg.text(from),
            toDirectory.arg(),
            Arg.text(to),
            Arg.of(0)));
  }

  /** fsync(2). */
  public void fsync(Fd fd) {
    kernel.must(Call.of(Sysno.FSYNC, fd.arg()));
  }

  /** newfstatat(2); null where nothing is there (ENOENT). Follows a last symbolic link. */
  public Stat stat(Fd directory, String path) {
    return stat(directory, path, 0);
  }

  /** newfstatat(2) with these AT_ flags; null where nothing is there (ENOENT). */
  public Stat stat(Fd directory, String path, int flags) {
    byte[] buffer = new byte[Stat.SIZE];
    Call call =
        Call.of(
            Sysno.NEWFSTATAT,
            directory.arg(),
            Arg.text(path),
            Arg.out(buffer),
            Arg.flags(flags, AT_FLAGS));
    long result = kernel.call(call);
    if (result == -Errno.ENOENT.value()) {
      return null;
    }
    if (result < 0) {
      throw new KernelException(call, Errno.of((int) -result));
    }
    return new Stat(buffer);
  }

  /** fstat(2). */
  public Stat stat(Fd fd) {
    byte[] buffer = new byte[Stat.SIZE];
    kernel.must(Call.of(Sysno.FSTAT, fd.arg(), Arg.out(buffer)));
    return new Stat(buffer);
  }

  /** Whether something is at that path, followed to its end. */
  public boolean exists(Fd directory, String path) {
    return kernel.call(
            Call.of(Sysno.FACCESSAT2, directory.arg(), Arg.text(path), Arg.of(0), Arg.of(0)))
        == 0;
  }

  /** Whether this process could write to what is at that path: access(2). */
  public boolean mayWrite(Fd directory, String path) {
    return kernel.call(
            Call.of(
                Sysno.FACCESSAT2,
                directory.arg(),
                Arg.text(path),
                Arg.named(W_OK, "W_OK"),
                Arg.of(0)))
        == 0;
  }

  /** readlinkat(2). */
  public String readlink(Fd directory, String path) {
    byte[] buffer = new byte[4096];
    int length =
        (int)
            kernel.must(
                Call.of(
                    Sysno.READLINKAT,
                    directory.arg(),
                    Arg.text(path),
                    Arg.out(buffer),
                    Arg.of(buffer.length)));
    return new String(buffer, 0, length, StandardCharsets.UTF_8);
  }

  /** The names in a directory without {@code .} and {@code ..}: getdents64(2). */
  public List<String> list(Fd directory, String path) {
    List<String> names = new ArrayList<>();
    try (Fd fd = open(directory, path, O_RDONLY | O_DIRECTORY, 0)) {
      byte[] buffer = new byte[GETDENTS_BUFFER];
      while (true) {
        int filled =
            (int)
                kernel.must(
                    Call.of(Sysno.GETDENTS64, fd.arg(), Arg.out(buffer), Arg.of(buffer.length)));
        if (filled == 0) {
          return names;
        }
        // struct linux_dirent64: d_ino, d_off (8 each), d_reclen (2), d_type (1), d_name
        for (int at = 0; at < filled; at += Bytes.getShort(buffer, at + 16)) {
          int end = at + 19;
          while (buffer[end] != 0) {
            end++;
          }
          String name = new String(buffer, at + 19, end - at - 19, StandardCharsets.UTF_8);
          if (!name.equals(".") && !name.equals("..")) {
            names.add(name);
          }
        }
      }
    }
  }

  /** Makes the call again for as long as a signal interrupts it (EINTR). */
  private long retry(Call call) {
    while (true) {
      long result = kernel.call(call);
      if (result != -Errno.EINTR.value()) {
        if (result < 0) {
          throw new KernelException(call, Errno.of((int) -result));
        }
        return result;
      }
    }
  }
}
