package dev.proa.setup;

import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Stat;

/**
 * Where a standard descriptor of the process is the host's null device, it becomes the container's:
 * the host's would keep one of its mounts in reach and belongs to nobody in a user namespace.
 */
public final class StdioNull implements Step {
  private StdioNull() {}

  /** The step; for a /dev that is the runtime's own work, once the root is entered. */
  public static StdioNull plan() {
    return new StdioNull();
  }

  @Override
  public String section() {
    return "devices";
  }

  @Override
  public void apply(Inside inside) {
    FileCalls files = new FileCalls(inside.kernel());
    Fd own = null;
    for (int number = 0; number <= 2; number++) {
      // Not closed: it is the process's own descriptor.
      Fd fd = new Fd(inside.kernel(), number, "stdio");
      if (isNull(files.stat(fd))) {
        if (own == null) {
          own = inside.rootfs().open("/dev/null", FileCalls.O_RDWR | FileCalls.O_NOFOLLOW);
          if (!isNull(files.stat(own))) {
            throw new SetupException("/dev/null of the container is not the null device");
          }
        }
        new DescriptorCalls(inside.kernel()).place(own, number);
      }
    }
    if (own != null) {
      own.close();
    }
  }

  static boolean isNull(Stat stat) {
    return (stat.mode() & FileCalls.S_IFMT) == FileCalls.S_IFCHR
        && stat.rdev() == Stat.makedev(1, 3);
  }
}
