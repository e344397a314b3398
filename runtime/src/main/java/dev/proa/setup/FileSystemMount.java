package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.spec.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A new file system: every mount that is no bind mount, as proc, sysfs, tmpfs or overlay. */
final class FileSystemMount implements Step {
  /** fsconfig(2) takes keys and values of less than this many bytes. */
  private static final int LONGEST = 256;

  /** Their superblock is shared or has nothing to protect: only the mount is read-only. */
  private static final Set<String> READONLY_BY_MOUNT =
      Set.of("proc", "sysfs", "tmpfs", "mqueue", "devpts", "cgroup", "cgroup2");

  private final String section;
  private final String type;
  private final String source;
  private final MountPoint point;
  private final MountOptions options;
  private final MountAttributes attributes;
  private final List<String> data;
  private final boolean becomesReadonly;
  private final String label;
  private Fd attached;

  private FileSystemMount(String section, Mount mount, MountOptions options, String label) {
    this.section = section;
    this.label = label == null || label.isEmpty() ? null : label;
    this.type = mount.type() == null ? "none" : mount.type();
    this.source = mount.source();
    this.options = options;
    this.point = new MountPoint(mount.destination(), !options.has(MountOptions.TARGET_NO_FOLLOW));
    this.data = split(options.data());
    boolean readonly = (options.attributes().set() & MountCalls.MOUNT_ATTR_RDONLY) != 0;
    this.becomesReadonly =
        readonly && (type.equals("tmpfs") || Rootfs.clean(mount.destination()).equals("dev"));
    this.attributes =
        becomesReadonly
            ? options.attributes().unspecified(MountCalls.MOUNT_ATTR_RDONLY)
            : options.attributes();
  }

  /**
   * The step.
   *
   * @param label the SELinux context of its files, or null
   */
  static FileSystemMount plan(String section, Mount mount, MountOptions options, String label) {
    return new FileSystemMount(section, mount, options, label);
  }

  /**
   * Whether it is made read-only later: a tmpfs, and whatever is on /dev, get the mount points of
   * other mounts and device nodes first.
   */
  boolean becomesReadonly() {
    return becomesReadonly;
  }

  /** Makes it, and answers its root, open until {@link ReadonlyMount} or the caller closes it. */
  Fd open(Inside inside) {
    make(inside);
    return attached;
  }

  /** Makes it, read-only at once. */
  void applyReadonly(Inside inside) {
    apply(inside);
    new ReadonlyMount(section, this).apply(inside);
  }

  String destination() {
    return point.destination();
  }

  /** What it has besides being read-only. */
  MountAttributes attributes() {
    return attributes;
  }

  /** The mount's root, kept for {@link ReadonlyMount}. */
  Fd attached() {
    return attached;
  }

  @Override
  public String section() {
    return section;
  }

  @Override
  public void apply(Inside inside) {
    make(inside);
    if (!becomesReadonly) {
      attached.close();
    }
  }

  private void make(Inside inside) {
    Rootfs rootfs = inside.rootfs();
    MountCalls mounts = new MountCalls(inside.kernel());
    boolean kernels = type.equals("proc") || type.equals("sysfs");
    Fd present = kernels ? point.ordinaryDirectory(rootfs, type) : point.presentDirectory(rootfs);
    try (Fd target = present == null ? point.make(rootfs, true) : present) {
      ProcGuard.checkTarget(mounts, target, point.destination(), type.equals("proc"));
      String mode = present == null ? null : inheritedMode(inside, target);
      Fd mount = attach(inside, mounts, target, mode);
      if (!options.recursive().isEmpty()) {
        BindMount.change(mounts, inside, mount, options.recursive(), true);
      }
      MountPoint.propagate(mounts, inside, mount, options);
      attached = mount;
    }
  }

  /** A tmpfs gets the permissions of the directory that it covers, as runc does it. */
  private String inheritedMode(Inside inside, Fd target) {
    if (!type.equals("tmpfs")) {
      return null;
    }
    for (int i = 0; i < data.size(); i++) {
      if (data.get(i).startsWith("mode=")) {
        return null;
      }
    }
    return Integer.toOctalString(new FileCalls(inside.kernel()).stat(target).mode() & 07777);
  }

  private Fd attach(Inside inside, MountCalls mounts, Fd target, String mode) {
    Fd context;
    try {
      context = needsMount2() ? null : mounts.fsopen(type);
    } catch (KernelException e) {
      if (!e.is(Errno.ENOSYS)) {
        throw e;
      }
      context = null;
    }
    if (context == null) {
      return mount2(inside, mounts, target, mode);
    }
    try (Fd configured = context) {
      configure(mounts, configured, mode);
      Fd mount = mounts.fsmount(configured, attributes.set());
      if (options.has(MountOptions.COPY_UP)) {
        CopyUp.copy(inside.kernel(), target, mount);
      }
      mounts.moveMount(mount, target);
      return mount;
    }
  }

  private void configure(MountCalls mounts, Fd context, String mode) {
    if (source != null && !source.isEmpty()) {
      mounts.fsconfigString(context, "source", source);
    }
    flag(mounts, context, MountCalls.MS_SYNCHRONOUS, "sync");
    flag(mounts, context, MountCalls.MS_DIRSYNC, "dirsync");
    flag(mounts, context, MountCalls.MS_MANDLOCK, "mand");
    flag(mounts, context, MountCalls.MS_LAZYTIME, "lazytime");
    if ((attributes.set() & MountCalls.MOUNT_ATTR_RDONLY) != 0
        && !READONLY_BY_MOUNT.contains(type)) {
      mounts.fsconfigFlag(context, "ro");
    }
    if (mode != null) {
      mounts.fsconfigString(context, "mode", mode);
    }
    for (int i = 0; i < data.size(); i++) {
      String option = data.get(i);
      int equals = option.indexOf('=');
      if (equals < 0) {
        mounts.fsconfigFlag(context, option);
      } else {
        mounts.fsconfigString(context, option.substring(0, equals), option.substring(equals + 1));
      }
    }
    if (isLabelled()) {
      mounts.fsconfigString(context, "context", label);
    }
    mounts.fsconfigCreate(context);
  }

  /** procfs and sysfs have labels of their own. */
  private boolean isLabelled() {
    return label != null && !type.equals("proc") && !type.equals("sysfs");
  }

  private void flag(MountCalls mounts, Fd context, long flag, String key) {
    if ((options.superblock() & flag) != 0) {
      mounts.fsconfigFlag(context, key);
    }
  }

  /** Some options only mount(2) can take: long ones (overlay's lowerdir), quoted ones, iversion. */
  private boolean needsMount2() {
    if ((options.superblock() & MountCalls.MS_I_VERSION) != 0) {
      return true;
    }
    for (int i = 0; i < data.size(); i++) {
      String option = data.get(i);
      if (option.length() >= LONGEST || option.indexOf('"') >= 0 || option.indexOf('\\') >= 0) {
        return true;
      }
    }
    return source != null && source.length() >= LONGEST;
  }

  private Fd mount2(Inside inside, MountCalls mounts, Fd target, String mode) {
    StringBuilder joined = new StringBuilder(mode == null ? "" : "mode=" + mode);
    for (String option : options.data()) {
      joined.append(joined.isEmpty() ? "" : ",").append(option);
    }
    if (isLabelled()) {
      joined.append(joined.isEmpty() ? "" : ",").append("context=\"").append(label).append('"');
    }
    mounts.mount(
        source,
        inside.procfs().pathOf(target),
        type,
        attributes.mountFlags() | options.superblock(),
        joined.toString());
    // The descriptor of the target is below the new mount; the path leads to what is on top.
    Fd mount = inside.rootfs().open(point.destination(), FileCalls.O_PATH);
    if (options.has(MountOptions.COPY_UP)) {
      CopyUp.copy(inside.kernel(), target, mount);
    }
    return mount;
  }

  /** Options that a caller joined with commas, one by one. */
  private static List<String> split(List<String> options) {
    List<String> single = new ArrayList<>(options.size());
    for (int i = 0; i < options.size(); i++) {
      String option = options.get(i);
      if (option.indexOf(',') < 0) {
        single.add(option);
      } else {
        for (String part : option.split(",", -1)) {
          if (!part.isEmpty()) {
            single.add(part);
          }
        }
      }
    }
    return single;
  }
}
