package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;

/**
 * {@code process.cwd}: made where it is missing, entered as root, or, where root may not (NFS with
 * squashed root, a home directory of a user namespace), as the user; then checked. Three steps,
 * each at its own place in the order.
 */
public final class Cwd {
  private static final String SECTION = "process.cwd";
  private static final int MODE = 0755;

  private final String path;
  private final Call chdir;
  private boolean entered;

  private Cwd(String path) {
    this.path = path;
    this.chdir = ProcessCalls.chdir(path);
  }

  /**
   * Decides where.
   *
   * @throws SetupException for a relative path
   */
  public static Cwd plan(String cwd) {
    if (!cwd.startsWith("/")) {
      throw new SetupException("Cwd must be an absolute path");
    }
    return new Cwd(cwd);
  }

  /** Makes the directory while the process is root. */
  public Step make() {
    return new Part() {
      @Override
      public void apply(Inside inside) {
        inside.rootfs().mkdirs(path, MODE).close();
      }
    };
  }

  /** Enters it before the change of user: the directory may be closed to the user. */
  public Step beforeUser() {
    return new Part() {
      @Override
      public void apply(Inside inside) {
        long result = inside.kernel().call(chdir);
        entered = result == 0;
        if (result != 0 && result != -Errno.EACCES.value() && result != -Errno.EPERM.value()) {
          throw failed(result);
        }
      }
    };
  }

  /** Enters it after the change of user, where {@link #beforeUser} could not, and checks it. */
  public Step afterUser() {
    return new Part() {
      @Override
      public void apply(Inside inside) {
        if (!entered) {
          long result = inside.kernel().call(chdir);
          if (result != 0) {
            throw failed(result);
          }
        }
        check(inside.kernel());
      }
    };
  }

  private SetupException failed(long result) {
    return new SetupException(
        "chdir to cwd (\"" + path + "\") set in config.json failed: " + Errno.of((int) -result));
  }

  /**
   * A cwd such as {@code /proc/self/fd/7} may be a directory of the host, through a descriptor that
   * leaked into the container (CVE-2024-21626): then getcwd says {@code (unreachable)}.
   */
  private static void check(Kernel kernel) {
    String now;
    try {
      now = new ProcessCalls(kernel).getcwd();
    } catch (KernelException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
      now = "";
    }
    if (!now.startsWith("/")) {
      throw new SetupException(
          "current working directory is outside of container mount namespace root -- possible"
              + " container breakout detected");
    }
  }

  private abstract static class Part implements Step {
    @Override
    public String section() {
      return SECTION;
    }
  }
}
