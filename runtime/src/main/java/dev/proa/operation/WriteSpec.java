package dev.proa.operation;

import dev.proa.cgroup.Layout;
import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.spec.SpecTemplate;

/** {@code spec}: writes a config.json to start from. */
public final class WriteSpec {
  private final Kernel kernel;

  /** Over that kernel. */
  public WriteSpec(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Writes {@code config.json} into the folder.
   *
   * @param folder the bundle; empty for the working directory
   * @param rootless whether it is for an unprivileged user
   * @throws OperationException if there is one already
   */
  public void write(String folder, boolean rootless) {
    String path = folder.isEmpty() ? "config.json" : folder + "/config.json";
    boolean unified = Layout.detect(kernel).isUnified();
    byte[] text =
        rootless
            ? SpecTemplate.rootless(
                CredentialCalls.geteuid(kernel), CredentialCalls.getegid(kernel), unified)
            : SpecTemplate.rootful(unified);
    FileCalls files = new FileCalls(kernel);
    try (Fd fd =
        files.open(Fd.CWD, path, FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_EXCL, 0666)) {
      files.writeAll(fd, text);
    } catch (KernelException e) {
      if (e.is(Errno.EEXIST)) {
        throw new OperationException("File config.json exists. Remove it first");
      }
      throw e;
    }
  }
}
