package dev.proa.audit;

import dev.proa.kernel.CapabilityCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountInfo;
import dev.proa.kernel.Paths;
import dev.proa.spec.Capabilities;
import dev.proa.spec.Mount;
import dev.proa.spec.Process;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.Namespace;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a running container's first process has that its config does not give it: proc_pid(5). */
public final class LiveAudit {
  private final FileCalls files;
  private final Spec spec;
  private final String proc;
  private final Exposures exposures = new Exposures(false);

  private LiveAudit(Kernel kernel, Spec spec, int pid) {
    this.files = new FileCalls(kernel);
    this.spec = spec;
    this.proc = "/proc/" + pid;
  }

  /**
   * Where the process is less confined than its config asks for.
   *
   * @param spec the config of its creation
   * @param pid the first process, which has been started
   * @throws KernelException if it cannot be looked into, or has ended
   */
  public static List<Exposure> exposures(Kernel kernel, Spec spec, int pid) {
    LiveAudit audit = new LiveAudit(kernel, spec, pid);
    audit.namespaces();
    if (spec.process() != null) {
      audit.process(spec.process(), audit.status());
    }
    audit.mounts();
    return audit.exposures.all();
  }

  private void namespaces() {
    for (Namespace.Type type : Namespace.Type.values()) {
      if (ConfigAudit.has(spec, type)) {
        String own = files.readlink(Fd.CWD, "/proc/self/ns/" + type.file());
        if (own.equals(files.readlink(Fd.CWD, proc + "/ns/" + type.file()))) {
          exposures.addLive(
              Grade.CRITICAL,
              "/linux/namespaces",
              "is in the host's " + type + " namespace, and was to have another");
        }
      }
    }
  }

  private Map<String, String> status() {
    Map<String, String> status = new HashMap<>();
    for (String line : files.readText(proc + "/status").split("\n")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        status.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return status;
  }

  private void process(Process process, Map<String, String> status) {
    Capabilities sets = process.capabilities();
    more("bounding", sets == null ? List.of() : sets.bounding(), status.get("CapBnd"));
    more("permitted", sets == null ? List.of() : sets.permitted(), status.get("CapPrm"));
    more("ambient", sets == null ? List.of() : sets.ambient(), status.get("CapAmb"));
    if (process.noNewPrivileges() && "0".equals(status.get("NoNewPrivs"))) {
      exposures.addLive(Grade.HIGH, "/process/noNewPrivileges", "no_new_privs is not set");
    }
    boolean asked = spec.linux() != null && spec.linux().seccomp() != null;
    if (asked && "0".equals(status.get("Seccomp"))) {
      exposures.addLive(Grade.HIGH, "/linux/seccomp", "has no filter");
    }
    String profile = process.apparmorProfile();
    if (profile != null && !profile.isEmpty() && !profile.equals("unconfined")) {
      String label = label();
      if (label != null && !label.startsWith(profile)) {
        exposures.addLive(
            Grade.HIGH, "/process/apparmorProfile", "is confined by \"" + label + "\" instead");
      }
    }
  }

  /** Capabilities of one set that were not asked for. */
  private void more(String set, List<String> asked, String live) {
    if (live == null) {
      return;
    }
    long bits = Long.parseUnsignedLong(live, 16);
    for (String name : asked) {
      int number = CapabilityCalls.number(name.toUpperCase(Locale.ROOT));
      bits &= number < 0 ? -1L : ~(1L << number);
    }
    for (int i = 0; i < CapabilityCalls.count(); i++) {
      if ((bits & 1L << i) != 0) {
        String name = CapabilityCalls.name(i);
        exposures.addLive(
            CapabilityExposures.grade(name),
            "/process/capabilities/" + set,
            "has " + name + ", which it was not to have");
      }
    }
  }

  private String label() {
    try {
      return files.readText(proc + "/attr/current").strip();
    } catch (KernelException e) {
      return null; // no security module has labels here
    }
  }

  private void mounts() {
    if (!ConfigAudit.has(spec, Namespace.Type.MOUNT)) {
      return;
    }
    Map<String, Boolean> live = new HashMap<>(); // mount point to read-only; the topmost counts
    for (String line : files.readText(proc + "/mountinfo").split("\n")) {
      String[] fields = line.split(" ");
      if (fields.length > 5) {
        live.put(MountInfo.unescape(fields[4]), ("," + fields[5] + ",").contains(",ro,"));
      }
    }
    for (int i = 0; i < spec.mounts().size(); i++) {
      Mount mount = spec.mounts().get(i);
      String destination = Paths.absolute("/", mount.destination());
      if (!MountExposures.isWritable(mount) && Boolean.FALSE.equals(live.get(destination))) {
        exposures.addLive(
            Grade.HIGH, "/mounts/" + i + "/options", destination + " can be written to");
      }
    }
    if (spec.root().readonly() && Boolean.FALSE.equals(live.get("/"))) {
      exposures.addLive(Grade.MEDIUM, "/root/readonly", "the root file system can be written to");
    }
    if (spec.linux() == null) {
      return;
    }
    covered("/linux/maskedPaths", spec.linux().maskedPaths(), live, "not masked");
    covered("/linux/readonlyPaths", spec.linux().readonlyPaths(), live, "not read-only");
    added(live);
  }

  /** Masks and read-only paths are mounts; what the container lacks has none. */
  private void covered(String pointer, List<String> paths, Map<String, Boolean> live, String what) {
    for (int i = 0; i < paths.size(); i++) {
      String path = Paths.absolute("/", paths.get(i));
      if (!live.containsKey(path) && exists(path)) {
        exposures.addLive(Grade.HIGH, pointer + "/" + i, path + " is " + what + " any more");
      }
    }
  }

  /** Whether it is there in procfs or sysfs, whose paths the container cannot make links of. */
  private boolean exists(String path) {
    if (!path.startsWith("/proc/") && !path.startsWith("/sys/")) {
      return false;
    }
    try {
      return files.exists(Fd.CWD, path);
    } catch (KernelException e) {
      if (e.is(Errno.EACCES)) {
        return false;
      }
      throw e;
    }
  }

  /** Mounts that came later: by {@code proa mounts}, or by somebody else. */
  private void added(Map<String, Boolean> live) {
    for (String point : live.keySet().stream().sorted().toList()) {
      boolean known = point.equals("/") || isOf("/proc", point) || isOf("/sys", point);
      known |= isOf("/dev", point);
      for (Mount mount : spec.mounts()) {
        known |= isOf(Paths.absolute("/", mount.destination()), point);
      }
      for (String masked : spec.linux().maskedPaths()) {
        known |= isOf(Paths.absolute("/", masked), point);
      }
      for (String readonly : spec.linux().readonlyPaths()) {
        known |= isOf(Paths.absolute("/", readonly), point);
      }
      if (!known) {
        exposures.addLive(
            Grade.LOW, "/mounts", point + " is a mount that the config does not know");
      }
    }
  }

  private static boolean isOf(String folder, String point) {
    return MountExposures.isWithin(point, folder);
  }
}
