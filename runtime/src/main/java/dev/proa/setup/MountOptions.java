package dev.proa.setup;

import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NOATIME;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NODEV;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NODIRATIME;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NOEXEC;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NOSUID;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_NOSYMFOLLOW;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_RDONLY;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_RELATIME;
import static dev.proa.kernel.MountCalls.MOUNT_ATTR_STRICTATIME;
import static dev.proa.kernel.MountCalls.MS_DIRSYNC;
import static dev.proa.kernel.MountCalls.MS_I_VERSION;
import static dev.proa.kernel.MountCalls.MS_LAZYTIME;
import static dev.proa.kernel.MountCalls.MS_MANDLOCK;
import static dev.proa.kernel.MountCalls.MS_PRIVATE;
import static dev.proa.kernel.MountCalls.MS_REC;
import static dev.proa.kernel.MountCalls.MS_SHARED;
import static dev.proa.kernel.MountCalls.MS_SILENT;
import static dev.proa.kernel.MountCalls.MS_SLAVE;
import static dev.proa.kernel.MountCalls.MS_SYNCHRONOUS;
import static dev.proa.kernel.MountCalls.MS_UNBINDABLE;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The options of a mount, sorted into what the kernel calls take: the table of config.md (Linux
 * mount options), and crun's {@code copy-symlink}, {@code src-nofollow} and {@code dest-nofollow},
 * which podman uses. Every other word is the file system's own.
 *
 * <p>Of contradicting options the last one counts, as in mount(8).
 */
public final class MountOptions {
  private enum Kind {
    SET,
    CLEAR,
    ACCESS_TIMES,
    NOT_ACCESS_TIMES,
    RECURSIVE_SET,
    RECURSIVE_CLEAR,
    RECURSIVE_ACCESS_TIMES,
    SUPERBLOCK_SET,
    SUPERBLOCK_CLEAR,
    PROPAGATION,
    FEATURE,
    NOTHING
  }

  private record Word(Kind kind, long value) {}

  /** {@code bind} or {@code rbind}. */
  static final int BIND = 1;

  /** The mounts below too: {@code rbind}. */
  static final int RECURSIVE = 2;

  static final int REMOUNT = 4;

  /** The files of the mount point go into the new tmpfs: {@code tmpcopyup}. */
  static final int COPY_UP = 8;

  /** A source that is a symbolic link is made again instead of mounted: {@code copy-symlink}. */
  static final int COPY_SYMLINK = 16;

  static final int SOURCE_NO_FOLLOW = 32;
  static final int TARGET_NO_FOLLOW = 64;
  static final int IDMAP = 128;

  /** The mounts below are mapped too: {@code ridmap}. */
  static final int IDMAP_RECURSIVE = 256;

  private static final Map<String, Word> WORDS = new HashMap<>();

  static {
    flag("ro", "rw", MOUNT_ATTR_RDONLY);
    flag("nosuid", "suid", MOUNT_ATTR_NOSUID);
    flag("nodev", "dev", MOUNT_ATTR_NODEV);
    flag("noexec", "exec", MOUNT_ATTR_NOEXEC);
    flag("nodiratime", "diratime", MOUNT_ATTR_NODIRATIME);
    flag("nosymfollow", "symfollow", MOUNT_ATTR_NOSYMFOLLOW);
    word("noatime", Kind.ACCESS_TIMES, MOUNT_ATTR_NOATIME);
    word("atime", Kind.NOT_ACCESS_TIMES, MOUNT_ATTR_NOATIME);
    word("strictatime", Kind.ACCESS_TIMES, MOUNT_ATTR_STRICTATIME);
    word("nostrictatime", Kind.NOT_ACCESS_TIMES, MOUNT_ATTR_STRICTATIME);
    word("relatime", Kind.ACCESS_TIMES, MOUNT_ATTR_RELATIME);
    // Without another mode the kernel takes relatime whatever is said.
    word("norelatime", Kind.NOTHING, 0);
    word("rnoatime", Kind.RECURSIVE_ACCESS_TIMES, MOUNT_ATTR_NOATIME);
    word("ratime", Kind.RECURSIVE_ACCESS_TIMES, MOUNT_ATTR_RELATIME);
    word("rstrictatime", Kind.RECURSIVE_ACCESS_TIMES, MOUNT_ATTR_STRICTATIME);
    word("rnostrictatime", Kind.RECURSIVE_ACCESS_TIMES, MOUNT_ATTR_RELATIME);
    word("rrelatime", Kind.RECURSIVE_ACCESS_TIMES, MOUNT_ATTR_RELATIME);
    word("rnorelatime", Kind.RECURSIVE_ACCESS_TIMES, MOUNT_ATTR_RELATIME);
    superblock("sync", "async", MS_SYNCHRONOUS);
    superblock("dirsync", null, MS_DIRSYNC);
    superblock("mand", "nomand", MS_MANDLOCK);
    superblock("lazytime", "nolazytime", MS_LAZYTIME);
    superblock("iversion", "noiversion", MS_I_VERSION);
    superblock("silent", "loud", MS_SILENT);
    propagation("private", MS_PRIVATE);
    propagation("shared", MS_SHARED);
    propagation("slave", MS_SLAVE);
    propagation("unbindable", MS_UNBINDABLE);
    word("bind", Kind.FEATURE, BIND);
    word("rbind", Kind.FEATURE, BIND | RECURSIVE);
    word("remount", Kind.FEATURE, REMOUNT);
    word("tmpcopyup", Kind.FEATURE, COPY_UP);
    word("copy-symlink", Kind.FEATURE, COPY_SYMLINK);
    word("src-nofollow", Kind.FEATURE, SOURCE_NO_FOLLOW);
    word("dest-nofollow", Kind.FEATURE, TARGET_NO_FOLLOW);
    word("idmap", Kind.FEATURE, IDMAP);
    word("ridmap", Kind.FEATURE, IDMAP | IDMAP_RECURSIVE);
    word("defaults", Kind.NOTHING, 0);
  }

  private MountAttributes attributes = MountAttributes.NONE;
  private MountAttributes recursive = MountAttributes.NONE;
  private long superblock;
  private int features;
  private final List<Long> propagations = new ArrayList<>();
  private final List<String> data = new ArrayList<>();

  private MountOptions() {}

  /** Sorts the options. */
  static MountOptions of(List<String> options) {
    MountOptions sorted = new MountOptions();
    for (int i = 0; i < options.size(); i++) {
      sorted.add(options.get(i));
    }
    return sorted;
  }

  /** All words that are known, in order: the {@code mountOptions} of the features document. */
  public static List<String> known() {
    return List.copyOf(new TreeMap<>(WORDS).keySet());
  }

  private void add(String option) {
    Word word = WORDS.get(option);
    if (word == null) {
      if (!option.isEmpty()) {
        data.add(option);
      }
      return;
    }
    long value = word.value;
    switch (word.kind) {
      case SET -> attributes = attributes.with(value);
      case CLEAR -> attributes = attributes.without(value);
      case ACCESS_TIMES -> attributes = attributes.withAccessTimes(value);
      case NOT_ACCESS_TIMES -> {
        if (attributes.accessTimes() == 0 || attributes.accessTimes() == value) {
          attributes = attributes.withAccessTimes(MOUNT_ATTR_RELATIME);
        }
      }
      case RECURSIVE_SET -> recursive = recursive.with(value);
      case RECURSIVE_CLEAR -> recursive = recursive.without(value);
      case RECURSIVE_ACCESS_TIMES -> recursive = recursive.withAccessTimes(value);
      case SUPERBLOCK_SET -> superblock |= value;
      case SUPERBLOCK_CLEAR -> superblock &= ~value;
      case PROPAGATION -> propagations.add(value);
      case FEATURE -> features |= (int) value;
      case NOTHING -> {}
    }
  }

  /** What is set and cleared on the mount itself. */
  MountAttributes attributes() {
    return attributes;
  }

  /** What is set and cleared on the mount and all below it ({@code rro} and the like). */
  MountAttributes recursive() {
    return recursive;
  }

  /** MS_ flags of the superblock, as MS_SYNCHRONOUS. */
  long superblock() {
    return superblock;
  }

  /** MS_PRIVATE and the like, with MS_REC for the recursive ones, in the order they were given. */
  List<Long> propagations() {
    return propagations;
  }

  /** Whether this one of the constants above was given, as {@link #BIND}. */
  boolean has(int feature) {
    return (features & feature) == feature;
  }

  /** The file system's own options. */
  List<String> data() {
    return data;
  }

  private static void word(String name, Kind kind, long value) {
    WORDS.put(name, new Word(kind, value));
  }

  private static void flag(String set, String clear, long attribute) {
    word(set, Kind.SET, attribute);
    word(clear, Kind.CLEAR, attribute);
    word("r" + set, Kind.RECURSIVE_SET, attribute);
    word("r" + clear, Kind.RECURSIVE_CLEAR, attribute);
  }

  private static void superblock(String set, String clear, long flag) {
    word(set, Kind.SUPERBLOCK_SET, flag);
    if (clear != null) {
      word(clear, Kind.SUPERBLOCK_CLEAR, flag);
    }
  }

  private static void propagation(String name, long flag) {
    word(name, Kind.PROPAGATION, flag);
    word("r" + name, Kind.PROPAGATION, flag | MS_REC);
  }
}
