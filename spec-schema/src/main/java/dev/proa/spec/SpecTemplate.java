package dev.proa.spec;

import java.util.List;

/**
 * The starter config.json that {@code spec} writes: member for member what runc writes, for it is
 * what people and scripts edit. Only {@code ociVersion} is ours.
 */
public final class SpecTemplate {
  private static final List<String> CAPABILITIES =
      List.of("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE");
  private static final List<String> MASKED_PATHS =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/sys/firmware",
          "/proc/scsi");
  private static final List<String> READONLY_PATHS =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private final JsonWriter out = JsonWriter.indented("\t");
  private final Ids ids;
  private final boolean unified;

  private SpecTemplate(Ids ids, boolean unified) {
    this.ids = ids;
    this.unified = unified;
  }

  /** The paths that every config should mask. */
  public static List<String> maskedPaths() {
    return MASKED_PATHS;
  }

  /** The paths that every config should make read-only. */
  public static List<String> readonlyPaths() {
    return READONLY_PATHS;
  }

  /**
   * The config for root.
   *
   * @param unified whether this host has cgroup v2 alone; the container then gets a cgroup
   *     namespace
   */
  public static byte[] rootful(boolean unified) {
    return new SpecTemplate(null, unified).write();
  }

  /**
   * The config for a user without rights: a user namespace that maps one id, no network namespace,
   * no limits, the host's /sys.
   *
   * @param uid effective user id of the caller
   * @param gid effective group id of the caller
   * @param unified whether this host has cgroup v2 alone
   */
  public static byte[] rootless(long uid, long gid, boolean unified) {
    return new SpecTemplate(new Ids(uid, gid), unified).write();
  }

  private byte[] write() {
    out.beginObject().field("ociVersion", SpecVersion.CURRENT);
    process();
    out.beginObject("root").field("path", "rootfs").field("readonly", true).endObject();
    out.field("hostname", "runc");
    mounts();
    linux();
    return out.endObject().toBytes();
  }

  private void process() {
    out.beginObject("process").field("terminal", true);
    out.beginObject("user").field("uid", 0).field("gid", 0).endObject();
    out.texts("args", List.of("sh"));
    out.texts(
        "env",
        List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"));
    out.field("cwd", "/").beginObject("capabilities");
    for (String set : List.of("bounding", "effective", "permitted", "ambient")) {
      out.texts(set, CAPABILITIES);
    }
    out.endObject().beginArray("rlimits").beginObject().field("type", "RLIMIT_NOFILE");
    out.field("hard", 1024).field("soft", 1024).endObject().endArray();
    out.field("noNewPrivileges", true).endObject();
  }

  private void mounts() {
    out.beginArray("mounts");
    mount("/proc", "proc", "proc");
    mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
    if (ids == null) {
      mount(
          "/dev/pts",
          "devpts",
          "devpts",
          "nosuid",
          "noexec",
          "newinstance",
          "ptmxmode=0666",
          "mode=0620",
          "gid=5");
    } else {
      // The group of terminals is not mapped into the user namespace.
      mount(
          "/dev/pts",
          "devpts",
          "devpts",
          "nosuid",
          "noexec",
          "newinstance",
          "ptmxmode=0666",
          "mode=0620");
    }
    mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k");
    mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev");
    if (ids == null) {
      mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro");
    } else {
      // sysfs can be mounted only by the owner of the network namespace.
      mount("/sys", "none", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro");
    }
    mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro");
    out.endArray();
  }

  private void mount(String destination, String type, String source, String... options) {
    out.beginObject().field("destination", destination).field("type", type);
    out.field("source", source).textsIfAny("options", List.of(options)).endObject();
  }

  private void linux() {
    out.beginObject("linux");
    if (ids == null) {
      out.beginObject("resources").beginArray("devices").beginObject();
      out.field("allow", false).field("access", "rwm").endObject().endArray().endObject();
    } else {
      mapping("uidMappings", ids.uid());
      mapping("gidMappings", ids.gid());
    }
    out.beginArray("namespaces");
    namespace("pid");
    if (ids == null) {
      namespace("network");
    }
    namespace("ipc").namespace("uts").namespace("mount");
    if (unified) {
      namespace("cgroup");
    }
    if (ids != null) {
      namespace("user");
    }
    out.endArray();
    out.texts("maskedPaths", MASKED_PATHS).texts("readonlyPaths", READONLY_PATHS).endObject();
  }

  private SpecTemplate namespace(String type) {
    out.beginObject().field("type", type).endObject();
    return this;
  }

  private void mapping(String name, long hostId) {
    out.beginArray(name).beginObject().field("containerID", 0).field("hostID", hostId);
    out.field("size", 1).endObject().endArray();
  }

  private record Ids(long uid, long gid) {}
}
