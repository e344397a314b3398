package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.Stat;
import dev.proa.spec.Mount;

/** A bind mount: a part of the host's file tree, with attributes of its own. */
final class BindMount implements Step, OpensSource {
  private final String section;
  private final String source;
  private final MountPoint point;
  private final MountOptions options;
  private final MountMapping mapping;
  private Fd opened;

  private BindMount(
      String section, String source, MountPoint point, MountOptions options, MountMapping mapping) {
    this.section = section;
    this.source = source;
    this.point = point;
    this.options = options;
    this.mapping = mapping;
  }

  /**
   * The step.
   *
   * @param mapping the owners that the files shall have, or null
   */
  static BindMount plan(
      String section, Mount mount, MountOptions options, String bundle, MountMapping mapping) {
    String source = mount.source();
    if (source == null || source.isEmpty()) {
      throw new SetupException("a bind mount needs a source");
    }
    return new BindMount(
        section,
        source.startsWith("/") ? source : bundle + "/" + source,
        new MountPoint(mount.destination(), !options.has(MountOptions.TARGET_NO_FOLLOW)),
        options,
        mapping);
  }

  @Override
  public String section() {
    return section;
  }

  @Override
  public void openSource(Kernel kernel) {
    if (!options.has(MountOptions.COPY_SYMLINK)) {
      opened = openTree(new MountCalls(kernel));
      if (mapping != null) {
        mapping.apply(kernel, opened);
      }
    }
  }

  @Override
  public boolean onlyInParent() {
    return mapping != null;
  }

  private Fd openTree(MountCalls mounts) {
    return mounts.cloneTree(
        Fd.CWD,
        source,
        options.has(MountOptions.RECURSIVE),
        !options.has(MountOptions.SOURCE_NO_FOLLOW));
  }

  @Override
  public void apply(Inside inside) {
    MountCalls mounts = new MountCalls(inside.kernel());
    FileCalls files = new FileCalls(inside.kernel());
    if (options.has(MountOptions.COPY_SYMLINK) && copySymlink(files, inside.rootfs())) {
      return;
    }
    if (mapping != null && opened == null) {
      throw new SetupException("an idmapped mount needs a source that the runtime opened");
    }
    Fd tree;
    try {
      tree = opened == null ? openTree(mounts) : opened;
    } catch (KernelException e) {
      if (!e.is(Errno.ENOSYS)) {
        throw e;
      }
      mount2(inside, mounts, files);
      return;
    }
    try (tree;
        Fd target = target(inside.rootfs(), files, tree)) {
      ProcGuard.checkTarget(mounts, target, point.destination(), true);
      ProcGuard.checkSource(mounts, files, tree, point.destination());
      // On the detached mount: nobody ever sees it with other attributes.
      boolean changed = changeDetached(mounts, tree);
      attach(mounts, files, tree, target);
      if (!changed) {
        changeAttached(mounts, inside, tree);
      }
      MountPoint.propagate(mounts, inside, tree, options);
    }
  }

  /** move_mount(2); a folder on a file is EINVAL to it, where callers know mount(2)'s ENOTDIR. */
  private void attach(MountCalls mounts, FileCalls files, Fd tree, Fd target) {
    try {
      mounts.moveMount(tree, target);
    } catch (KernelException e) {
      if (e.is(Errno.EINVAL)
          && files.stat(tree).isDirectory() != files.stat(target).isDirectory()) {
        throw new SetupException(
            "mount " + source + " on " + point.destination() + ": " + Errno.ENOTDIR);
      }
      throw e;
    }
  }

  private Fd target(Rootfs rootfs, FileCalls files, Fd tree) {
    Fd present = point.present(rootfs);
    return present == null ? point.make(rootfs, files.stat(tree).isDirectory()) : present;
  }

  /** crun's copy-symlink: a source that is a link is made again in the container. */
  private boolean copySymlink(FileCalls files, Rootfs rootfs) {
    Stat stat = files.stat(Fd.CWD, source, FileCalls.AT_SYMLINK_NOFOLLOW);
    if (stat == null || !stat.isSymlink()) {
      return false;
    }
    String link = files.readlink(Fd.CWD, source);
    rootfs.symlinkOrSame(link, point.destination());
    return true;
  }

  /** Whether the attributes could be set so; if not (ENOSYS, before Linux 5.12), afterwards. */
  private boolean changeDetached(MountCalls mounts, Fd tree) {
    try {
      if (!options.attributes().isEmpty()) {
        if (options.has(MountOptions.REMOUNT)) {
          // As "mount --bind -o remount": what is not named stays.
          MountAttributes some = options.attributes();
          mounts.setAttributes(tree, false, some.set(), some.clear(), 0, null);
        } else {
          set(mounts, tree, options.attributes());
        }
      }
      if (!options.recursive().isEmpty()) {
        MountAttributes all = options.recursive();
        mounts.setAttributes(tree, true, all.set(), all.clear(), 0, null);
      }
      return true;
    } catch (KernelException e) {
      if (!e.is(Errno.ENOSYS)) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Exactly the flags that were asked for, as {@code mount --bind -o}; where the source's own are
   * locked (a mount of a more privileged user namespace) they stay, unless the config clears them.
   */
  private static void set(MountCalls mounts, Fd tree, MountAttributes wanted) {
    MountAttributes exact = wanted.exactly();
    try {
      mounts.setAttributes(tree, false, exact.set(), exact.clear(), 0, null);
    } catch (KernelException e) {
      if (!e.is(Errno.EPERM) || exact.equals(wanted)) {
        throw e;
      }
      mounts.setAttributes(tree, false, wanted.set(), wanted.clear(), 0, null);
    }
  }

  /** Sets the attributes of an attached mount, with mount(2) where the kernel has nothing newer. */
  static void change(
      MountCalls mounts, Inside inside, Fd mount, MountAttributes wanted, boolean recursive) {
    try {
      mounts.setAttributes(mount, recursive, wanted.set(), wanted.clear(), 0, null);
    } catch (KernelException e) {
      if (!e.is(Errno.ENOSYS) || recursive) {
        throw e;
      }
      LockedFlags.remount(mounts, inside.procfs().pathOf(mount), mount, wanted);
    }
  }

  private void changeAttached(MountCalls mounts, Inside inside, Fd mount) {
    if (!options.recursive().isEmpty()) {
      throw new SetupException("recursive mount options need Linux 5.12");
    }
    LockedFlags.remount(mounts, inside.procfs().pathOf(mount), mount, options.attributes());
  }

  /** Before Linux 5.2. */
  private void mount2(Inside inside, MountCalls mounts, FileCalls files) {
    int follow = options.has(MountOptions.SOURCE_NO_FOLLOW) ? FileCalls.O_NOFOLLOW : 0;
    try (Fd from = files.open(source, FileCalls.O_PATH | follow);
        Fd target = target(inside.rootfs(), files, from)) {
      ProcGuard.checkTarget(mounts, target, point.destination(), true);
      ProcGuard.checkSource(mounts, files, from, point.destination());
      long how = MountCalls.MS_BIND | (options.has(MountOptions.RECURSIVE) ? MountCalls.MS_REC : 0);
      String to = inside.procfs().pathOf(target);
      mounts.mount("self/fd/" + from.number(), to, null, how, null);
    }
    try (Fd mount = point.present(inside.rootfs())) {
      if (!options.attributes().isEmpty() || !options.recursive().isEmpty()) {
        changeAttached(mounts, inside, mount);
      }
      MountPoint.propagate(mounts, inside, mount, options);
    }
  }
}
