package dev.proa.doctor;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.MountInfo;
import dev.proa.setup.IdmapProbe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** File systems and idmapped mounts: made as detached mounts, which nobody ever sees. */
final class MountProbes {
  private static final List<String> OF_INTEREST =
      List.of("ext4", "xfs", "btrfs", "overlay", "tmpfs", "erofs", "zfs", "nfs4", "fuse");

  private final Probes probes;

  MountProbes(Probes probes) {
    this.probes = probes;
  }

  void ask() {
    probes.group("mounts");
    if (!probes.isRoot()) {
      probes.missing("idmapped", "only root can try", "sudo proa doctor");
      return;
    }
    MountCalls mounts = new MountCalls(probes.kernel());
    for (String type : List.of("proc", "sysfs", "tmpfs", "devpts", "mqueue", "overlay")) {
      fileSystem(mounts, type);
    }
    for (Map.Entry<String, String> mounted : mounted().entrySet()) {
      idmapped(mounts, mounted.getKey(), mounted.getValue());
    }
  }

  private void fileSystem(MountCalls mounts, String type) {
    try (Fd context = mounts.fsopen(type)) {
      probes.works(type, context.number() < 0 ? "" : "can be mounted");
    } catch (KernelException e) {
      if (e.is(Errno.ENODEV)) {
        probes.missing(type, "not in this kernel", "modprobe " + type);
      } else {
        probes.missing(type, e.errno().toString(), "start proa with CAP_SYS_ADMIN");
      }
    }
  }

  /** One place for each type of file system that is mounted. */
  private Map<String, String> mounted() {
    Map<String, String> places = new LinkedHashMap<>();
    String mountinfo = probes.files().readText("/proc/self/mountinfo");
    for (String type : OF_INTEREST) {
      String place = MountInfo.pointOf(mountinfo, type);
      if (place != null) {
        places.put(type, place);
      }
    }
    return places;
  }

  private void idmapped(MountCalls mounts, String type, String place) {
    Errno errno;
    try (Fd tree = mounts.cloneTree(Fd.CWD, place, false, true)) {
      errno = IdmapProbe.attempt(probes.kernel(), tree);
    } catch (KernelException e) {
      errno = e.errno();
    }
    String name = "idmapped on " + type;
    if (errno == null) {
      probes.works(name, "tried on " + place);
    } else {
      probes.missing(name, errno + " on " + place, "a newer kernel, or another file system");
    }
  }
}
