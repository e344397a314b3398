package dev.proa.cgroup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One directory of cgroupfs: all reading and writing of the package happens here. Every file is
 * opened relative to a descriptor of the directory, so that one set of values goes into one cgroup
 * even where its path is renamed or made anew meanwhile.
 */
public final class CgroupFiles implements AutoCloseable {
  private static final int PAGE = 4096;

  private final FileCalls files;
  private final String path;
  private final Fd directory;

  private CgroupFiles(FileCalls files, String path, Fd directory) {
    this.files = files;
    this.path = path;
    this.directory = directory;
  }

  /**
   * Opens the directory.
   *
   * @throws CgroupException if it is not there or no directory
   */
  public static CgroupFiles open(Kernel kernel, String path) {
    CgroupFiles opened = openIfPresent(kernel, path);
    if (opened == null) {
      throw new CgroupException("open \"" + path + "\": " + Errno.ENOENT);
    }
    return opened;
  }

  /** Opens the directory; null where it is not there. */
  public static CgroupFiles openIfPresent(Kernel kernel, String path) {
    FileCalls files = new FileCalls(kernel);
    try {
      // A cgroup's directory is never a symbolic link; what is one was put there by somebody else.
      int flags = FileCalls.O_PATH | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;
      Fd directory = files.openIfPresent(Fd.CWD, path, flags);
      return directory == null ? null : new CgroupFiles(files, path, directory);
    } catch (KernelException e) {
      throw new CgroupException("open", path, e);
    }
  }

  /** The directory's path. */
  public String path() {
    return path;
  }

  /** The directory itself, open with O_PATH; it belongs to this object. */
  public Fd directory() {
    return directory;
  }

  /**
   * Makes the writes in their order, and then again those that the kernel refused for now.
   *
   * @throws CgroupException if one is refused
   */
  public void write(List<Write> writes) {
    List<Write> postponed = new ArrayList<>();
    Fd open = null;
    String openFile = null;
    try {
      for (int i = 0; i < writes.size(); i++) {
        Write write = writes.get(i);
        // Device rules are many writes into one file: it is opened once.
        if (!write.file().equals(openFile)) {
          if (open != null) {
            open.close();
          }
          open = openForWriting(write);
          openFile = open == null ? null : write.file();
        }
        if (open == null) {
          if (write.otherwise() != null) {
            write(List.of(write.otherwise()));
          }
        } else if (!accepts(open, write, write.postponable())) {
          postponed.add(write);
        }
      }
    } finally {
      if (open != null) {
        open.close();
      }
    }
    for (int i = 0; i < postponed.size(); i++) {
      Write write = postponed.get(i);
      try (Fd again = openForWriting(write)) {
        accepts(again, write, false);
      }
    }
  }

  /** The file, or null where it is missing and the write says that it may be. */
  private Fd openForWriting(Write write) {
    try {
      return write.optional() || write.otherwise() != null
          ? files.openIfPresent(directory, write.file(), FileCalls.O_WRONLY)
          : files.open(directory, write.file(), FileCalls.O_WRONLY, 0);
    } catch (KernelException e) {
      throw new CgroupException(write.section(), path + "/" + write.file(), null, e);
    }
  }

  /** Writes; false where the kernel answers EINVAL and that may pass. */
  private boolean accepts(Fd fd, Write write, boolean maybeLater) {
    try {
      files.writeAll(fd, write.data().getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (KernelException e) {
      if (maybeLater && e.is(Errno.EINVAL)) {
        return false;
      }
      throw new CgroupException(write.section(), path + "/" + write.file(), write.data(), e);
    }
  }

  /**
   * Writes one value that comes from no section of the config.
   *
   * @throws CgroupException if it is refused
   */
  public void write(String file, String data) {
    write(List.of(Write.of(null, file, data)));
  }

  /**
   * A file's text without white space at its end; null where the file is missing, or where its
   * controller answers that it has nothing to tell (ENODEV, EOPNOTSUPP).
   */
  public String read(String file) {
    try (Fd fd = files.openIfPresent(directory, file, FileCalls.O_RDONLY)) {
      return fd == null ? null : readAll(fd).stripTrailing();
    } catch (KernelException e) {
      if (e.is(Errno.ENODEV) || e.is(Errno.EOPNOTSUPP)) {
        return null;
      }
      throw new CgroupException("read", path + "/" + file, e);
    }
  }

  /**
   * All of a file. A read(2) of cgroupfs ends before a line that does not fit into what is left of
   * the buffer or of the kernel's own page: what is far shorter than both was all there is.
   */
  private String readAll(Fd fd) {
    byte[] buffer = new byte[PAGE];
    int count = files.read(fd, buffer);
    String text = new String(buffer, 0, count, StandardCharsets.UTF_8);
    if (count < PAGE / 4) {
      return text;
    }
    return text + new String(files.readAll(fd), StandardCharsets.UTF_8);
  }

  /**
   * A file's text as {@link #read}.
   *
   * @throws CgroupException if it is missing
   */
  public String mustRead(String file) {
    String text = read(file);
    if (text == null) {
      throw new CgroupException("read \"" + path + "/" + file + "\": " + Errno.ENOENT);
    }
    return text;
  }

  /** Whether the file is there. */
  public boolean has(String file) {
    return files.exists(directory, file);
  }

  /** The names of the directories in it: the child cgroups. */
  public List<String> children() {
    List<String> children = new ArrayList<>();
    try {
      for (String name : files.list(directory, ".")) {
        Stat stat = files.stat(directory, name, FileCalls.AT_SYMLINK_NOFOLLOW);
        if (stat != null && stat.isDirectory()) {
          children.add(name);
        }
      }
    } catch (KernelException e) {
      if (!e.is(Errno.ENOENT) && !e.is(Errno.ENODEV)) {
        throw new CgroupException("read", path, e);
      }
    }
    return children;
  }

  @Override
  public void close() {
    directory.close();
  }
}
