package dev.proa.cgroup.v2;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.DeviceList;
import dev.proa.kernel.BpfCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import java.util.ArrayList;
import java.util.List;

/** The device rules of a cgroup, as the eBPF program attached to it (Linux 4.15). */
final class Devices {
  static final String SECTION = "linux.resources.devices";
  private static final int TYPE = BpfCalls.BPF_CGROUP_DEVICE;

  private final BpfCalls bpf;
  private final FileCalls files;

  Devices(Kernel kernel) {
    this.bpf = new BpfCalls(kernel);
    this.files = new FileCalls(kernel);
  }

  /**
   * Puts the rules into force, in place of earlier ones: there is no moment without rules.
   *
   * @throws CgroupException if they cannot be; rules that forbid nothing may be missing
   */
  void set(String path, DeviceList list) {
    // A cgroup descriptor for bpf(2) has to be open for reading; O_PATH is not enough.
    int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY;
    byte[] instructions = DeviceProgram.of(list);
    try (Fd cgroup = files.open(path, flags);
        Fd program = bpf.load(BpfCalls.BPF_PROG_TYPE_CGROUP_DEVICE, instructions, "Apache")) {
      replace(cgroup, program);
    } catch (KernelException e) {
      if (!e.is(Errno.EPERM) || !list.isPermissive() || !list.exceptions().isEmpty()) {
        throw new CgroupException(SECTION + ": " + e.getMessage());
      }
    }
  }

  private void replace(Fd cgroup, Fd program) {
    List<Fd> old = new ArrayList<>();
    try {
      for (int id : bpf.query(cgroup, TYPE)) {
        old.add(bpf.open(id));
      }
      if (old.size() == 1) {
        try {
          int flags = BpfCalls.BPF_F_ALLOW_MULTI | BpfCalls.BPF_F_REPLACE;
          bpf.attach(cgroup, program, TYPE, flags, old.getFirst());
          return;
        } catch (KernelException e) {
          // Before Linux 5.5, or attached by somebody else in another way: one after the other.
          if (!e.is(Errno.EINVAL)) {
            throw e;
          }
        }
      }
      // All programs have to agree to an access: with both attached, nothing is open that the new
      // rules close.
      bpf.attach(cgroup, program, TYPE, BpfCalls.BPF_F_ALLOW_MULTI, null);
      for (Fd each : old) {
        bpf.detach(cgroup, each, TYPE);
      }
    } finally {
      for (Fd each : old) {
        each.close();
      }
    }
  }
}
