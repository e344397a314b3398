package dev.proa.setup;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.Stat;
import dev.proa.kernel.Sysno;

/**
 * {@code process.user} and descriptors 0 to 2: the user becomes their owner, so that the process
 * can open {@code /dev/stdout}, as it can with runc. Before the uid changes, which takes away the
 * right to do it.
 */
public final class StdioOwner implements Step {
  private static final long DEV_NULL = Stat.makedev(1, 3);

  private final long uid;

  private StdioOwner(long uid) {
    this.uid = uid;
  }

  /** For that user of the container; null means root. */
  public static StdioOwner plan(dev.proa.spec.User user) {
    return new StdioOwner(user == null ? 0 : user.uid());
  }

  @Override
  public String section() {
    return "process.user";
  }

  @Override
  public void apply(Inside inside) {
    Kernel kernel = inside.kernel();
    FileCalls files = new FileCalls(kernel);
    for (int number = 0; number <= 2; number++) {
      // Not closed: it is the process's own descriptor.
      Fd fd = new Fd(kernel, number, "stdio");
      Stat stat = files.stat(fd);
      boolean device = (stat.mode() & FileCalls.S_IFMT) == FileCalls.S_IFCHR;
      // The host's /dev/null may be there; it must stay root's.
      if (stat.uid() != (int) uid && !(device && stat.rdev() == DEV_NULL)) {
        // The group stays: a devpts mount may have chosen it (gid=).
        Call chown = Call.of(Sysno.FCHOWN, fd.arg(), Arg.of(uid), Arg.of(stat.gid() & 0xffffffffL));
        long result = kernel.call(chown);
        if (result < 0 && !mayStay(result)) {
          throw new KernelException(chown, Errno.of((int) -result));
        }
      }
    }
  }

  /** A file of an owner outside the user namespace, or on a read-only mount, stays as it is. */
  private static boolean mayStay(long result) {
    return result == -Errno.EPERM.value()
        || result == -Errno.EINVAL.value()
        || result == -Errno.EROFS.value();
  }
}
