package dev.proa.setup;

import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NOATIME;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NODEV;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NODIRATIME;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NOEXEC;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NOSUID;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NOSYMFOLLOW;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_RDONLY;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_STRICTATIME;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR__ATIME;

import dev.proa.kernel.MountCalls;

/**
 * What mount_setattr(2) changes on a mount: MOUNT_ATTR_ flags to set and to clear.
 *
 * <p>MOUNT_ATTR__ATIME is in {@code clear} where the mode of access times is given; which one is
 * then in {@code set}.
 */
record MountAttributes(long set, long clear) {
  static final MountAttributes NONE = new MountAttributes(0, 0);

  /** What a bind mount loses when its options name any flag, as mount(8)'s {@code --bind -o}. */
  private static final long RESET_BY_BIND =
      MOUNT_ATTR_RDONLY
          | MOUNT_ATTR_NOSUID
          | MOUNT_ATTR_NODEV
          | MOUNT_ATTR_NOEXEC
          | MOUNT_ATTR_NOSYMFOLLOW;

  boolean isEmpty() {
    return set == 0 && clear == 0;
  }

  /** With these flags too. */
  MountAttributes with(long flags) {
    return new MountAttributes(set | flags, clear & ~flags);
  }

  /** Without these flags, cleared where {@code flags} were inherited. */
  MountAttributes without(long flags) {
    return new MountAttributes(set & ~flags, clear | flags);
  }

  /** Not saying anything of these flags. */
  MountAttributes unspecified(long flags) {
    return new MountAttributes(set & ~flags, clear & ~flags);
  }

  /** With that mode of access times: RELATIME, NOATIME or STRICTATIME. */
  MountAttributes withAccessTimes(long mode) {
    return new MountAttributes((set & ~MOUNT_ATTR__ATIME) | mode, clear | MOUNT_ATTR__ATIME);
  }

  /** The mode of access times; 0 for relatime, the kernel's default. */
  long accessTimes() {
    return set & MOUNT_ATTR__ATIME;
  }

  /** With every flag cleared that is not set, except those of access times. */
  MountAttributes exactly() {
    return new MountAttributes(set, clear | (RESET_BY_BIND & ~set));
  }

  /** The MS_ flags of mount(2) that mean {@link #set}. */
  long mountFlags() {
    return translate(MOUNT_ATTR_RDONLY, MountCalls.MS_RDONLY)
        | translate(MOUNT_ATTR_NOSUID, MountCalls.MS_NOSUID)
        | translate(MOUNT_ATTR_NODEV, MountCalls.MS_NODEV)
        | translate(MOUNT_ATTR_NOEXEC, MountCalls.MS_NOEXEC)
        | translate(MOUNT_ATTR_NOATIME, MountCalls.MS_NOATIME)
        | translate(MOUNT_ATTR_STRICTATIME, MountCalls.MS_STRICTATIME)
        | translate(MOUNT_ATTR_NODIRATIME, MountCalls.MS_NODIRATIME)
        | translate(MOUNT_ATTR_NOSYMFOLLOW, MountCalls.MS_NOSYMFOLLOW)
        | ((clear & MOUNT_ATTR__ATIME) != 0 && accessTimes() == 0 ? MountCalls.MS_RELATIME : 0);
  }

  private long translate(long attribute, long flag) {
    return (set & attribute) == 0 ? 0 : flag;
  }
}
