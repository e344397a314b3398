package dev.proa.operation;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;
import dev.proa.terminal.ConsoleSocket;
import java.nio.charset.StandardCharsets;

/** How a caller learns of a process: {@code --pid-file} and {@code --pidfd-socket}. */
final class PidFile {
  private PidFile() {}

  /**
   * The pid without a newline, under a temporary name that is renamed: callers read all of it.
   *
   * @param path the file, or null for none
   */
  static void write(Kernel kernel, String path, int pid) {
    if (path == null) {
      return;
    }
    int slash = path.lastIndexOf('/');
    String folder = slash < 0 ? "." : path.substring(0, slash + 1);
    String name = path.substring(slash + 1);
    FileCalls files = new FileCalls(kernel);
    try (Fd directory = files.open(folder, FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      String temporary = "." + name;
      try (Fd fd = make(files, directory, temporary)) {
        files.writeAll(fd, Integer.toString(pid).getBytes(StandardCharsets.US_ASCII));
        files.rename(directory, temporary, directory, name);
      } catch (KernelException e) {
        kernel.call(FileCalls.unlinkat(directory, temporary));
        throw new OperationException("pid file " + path + ": " + e.getMessage());
      }
    }
  }

  /**
   * Takes it away with the process that it named.
   *
   * @param path the file, or null for none
   */
  static void remove(Kernel kernel, String path) {
    if (path != null) {
      kernel.call(FileCalls.unlinkat(Fd.CWD, path));
    }
  }

  /** Makes the temporary file; one that is there is a killed runtime's. */
  private static Fd make(FileCalls files, Fd directory, String temporary) {
    int flags = FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_EXCL;
    try {
      return files.open(directory, temporary, flags, 0666);
    } catch (KernelException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      files.unlink(directory, temporary);
      return files.open(directory, temporary, flags, 0666);
    }
  }

  /**
   * Sends a child's pidfd, as runc does: the name says which kind of process it is.
   *
   * @param name {@code standard} for a container's first process, {@code setns} for one that joins
   */
  static void send(Kernel kernel, Fd socket, int pid, String name) {
    try (Fd pidfd = new ProcessCalls(kernel).pidfdOpen(pid)) {
      ConsoleSocket.send(kernel, socket, pidfd, name);
    }
  }
}
