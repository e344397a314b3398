package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.spec.linux.Device;

/** The host's device node, mounted where the container may not make one of its own. */
final class BindDevice implements Step, OpensSource {
  private final String section;
  private final Device device;
  private Fd opened;

  BindDevice(String section, Device device) {
    this.section = section;
    this.device = device;
  }

  @Override
  public String section() {
    return section;
  }

  @Override
  public void openSource(Kernel kernel) {
    opened = open(kernel);
  }

  private Fd open(Kernel kernel) {
    return new MountCalls(kernel).cloneTree(Fd.CWD, device.path(), false, true);
  }

  @Override
  public void apply(Inside inside) {
    MountCalls mounts = new MountCalls(inside.kernel());
    try (Fd target = inside.rootfs().createFile(device.path(), 0666)) {
      try (Fd node = opened == null ? open(inside.kernel()) : opened) {
        mounts.moveMount(node, target);
      } catch (KernelException e) {
        if (!e.is(Errno.ENOSYS)) {
          throw e;
        }
        int how = FileCalls.O_PATH;
        try (Fd node = new FileCalls(inside.kernel()).open(device.path(), how)) {
          String to = inside.procfs().pathOf(target);
          mounts.mount("self/fd/" + node.number(), to, null, MountCalls.MS_BIND, null);
        }
      }
    }
  }
}
