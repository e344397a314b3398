package dev.proa.rehearsal;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.Sysno;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files as they would be: the machine's, looked at and never touched, with the mounts and files
 * that the rehearsed calls have made. Symbolic links are followed as the kernel does it, so that a
 * path leads where it would lead in the container.
 */
final class FileTree {
  private static final int MAX_LINKS = 40;
  private static final int STAT_SIZE = 144;
  private static final boolean AARCH64 = "aarch64".equals(System.getProperty("os.arch"));
  private static final int MODE = AARCH64 ? 16 : 24;
  private static final int RDEV = AARCH64 ? 32 : 40;

  /** The magic numbers of file systems that have no files on the machine: linux/magic.h. */
  private static final Map<String, Long> MAGIC =
      Map.of(
          "tmpfs", 0x01021994L,
          "devpts", 0x1cd1L,
          "mqueue", 0x19800202L,
          "cgroup", 0x27e0ebL,
          "cgroup2", 0x63677270L,
          "overlay", 0x794c7630L);

  /** Where the machine's files show the content of a new file system of that type. */
  private static final Map<String, String> BACKING =
      Map.of("proc", "/proc", "sysfs", "/sys", "cgroup2", "/sys/fs/cgroup");

  /** What a path names: {@code struct stat}, and for a symbolic link where it leads. */
  record Node(byte[] stat, String link) {
    int mode() {
      return Bytes.getInt(stat, MODE);
    }

    boolean isDirectory() {
      return (mode() & FileCalls.S_IFMT) == FileCalls.S_IFDIR;
    }

    boolean isSymlink() {
      return (mode() & FileCalls.S_IFMT) == FileCalls.S_IFLNK;
    }
  }

  /** A file system: files of the machine below a folder, or none, and those made since. */
  static final class FileSystem {
    private final String type;
    private final String backing;
    private final Map<String, Node> made = new TreeMap<>();
    private final Set<String> gone = new TreeSet<>();

    private FileSystem(String type, String backing) {
      this.type = type;
      this.backing = backing;
    }
  }

  /** A mount of a file system, or of a folder of it; each has an identity of its own. */
  static final class Mount {
    private final FileSystem files;
    private final String top;
    private Place on;

    private Mount(FileSystem files, String top) {
      this.files = files;
      this.top = top;
    }

    Place root() {
      return new Place(this, top);
    }
  }

  /**
   * A file as a mount shows it.
   *
   * @param path from the file system's root; empty for that
   */
  record Place(Mount mount, String path) {
    Place child(String name) {
      return new Place(mount, path + "/" + name);
    }

    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  private final Kernel machine;
  private final Map<Place, Mount> mounts = new HashMap<>();
  private final Mount host = new Mount(new FileSystem("host", ""), "");
  private Place root = host.root();
  private Place here;
  private int inodes = 1000;

  /**
   * @param machine answers what is there
   * @param here the working directory
   */
  FileTree(Kernel machine, String here) {
    this.machine = machine;
    this.here = new Place(host, here.equals("/") ? "" : here);
  }

  Place here() {
    return here;
  }

  void enter(Place directory) {
    here = directory;
  }

  void changeRoot(Place directory) {
    root = directory;
  }

  /** The place's path on the machine, or null where it has none. */
  static String onMachine(Place place) {
    String backing = place.mount.files.backing;
    if (backing == null || place.mount.files.made.containsKey(place.path)) {
      return null;
    }
    String path = backing + place.path;
    return path.isEmpty() ? "/" : path;
  }

  /** The path as the process sees it; for files outside its root that of the machine. */
  String shown(Place place) {
    if (place.mount == host && root.mount == host) {
      return place.path.isEmpty() ? "/" : place.path;
    }
    StringBuilder path = new StringBuilder();
    Place at = place;
    while (!at.equals(root)) {
      if (at.path.equals(at.mount.top)) {
        if (at.mount.on == null || at.mount == root.mount) {
          break;
        }
        at = at.mount.on;
      } else {
        path.insert(0, "/" + at.name());
        at = parent(at);
      }
    }
    return path.isEmpty() ? "/" : path.toString();
  }

  private static Place parent(Place place) {
    int slash = place.path.lastIndexOf('/');
    return new Place(place.mount, slash <= 0 ? "" : place.path.substring(0, slash));
  }

  /**
   * Follows a path to its end, which need not be there: {@link #look} tells.
   *
   * @param from where a relative path starts
   * @param confined whether {@code from} is the root: RESOLVE_IN_ROOT of openat2(2)
   * @param follow whether a symbolic link at the end is followed
   * @return null where a folder on the way is missing
   */
  Place walk(Place from, String path, boolean confined, boolean follow) {
    Place top = confined ? from : root;
    Place at = covered(path.startsWith("/") ? top : from);
    String rest = path;
    for (int links = 0; links < MAX_LINKS; ) {
      int start = 0;
      while (start < rest.length() && rest.charAt(start) == '/') {
        start++;
      }
      if (start == rest.length()) {
        return at;
      }
      int end = rest.indexOf('/', start);
      String name = end < 0 ? rest.substring(start) : rest.substring(start, end);
      rest = end < 0 ? "" : rest.substring(end);
      if (name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        at = above(at, top);
        continue;
      }
      Place next = at.child(name);
      Node node = look(next);
      boolean last = rest.isEmpty() || rest.equals("/");
      if (node == null) {
        return last ? next : null;
      }
      if (node.isSymlink() && (!last || follow) && isPath(node.link)) {
        links++;
        rest = node.link + rest;
        at = node.link.startsWith("/") ? covered(top) : at;
        continue;
      }
      at = covered(next);
    }
    return null;
  }

  /** A link such as {@code net:[4026531840]} of procfs is the file itself. */
  private static boolean isPath(String link) {
    return !link.contains(":[");
  }

  private Place above(Place at, Place top) {
    Place place = at;
    while (!place.equals(top) && place.path.equals(place.mount.top) && place.mount.on != null) {
      place = place.mount.on;
    }
    return place.equals(top) || place.path.isEmpty() ? place : covered(parent(place));
  }

  /** What lies on top there. */
  private Place covered(Place place) {
    Place at = place;
    for (Mount mount = mounts.get(at); mount != null; mount = mounts.get(at)) {
      at = mount.root();
    }
    return at;
  }

  /** What is there, or null. */
  Node look(Place place) {
    FileSystem files = place.mount.files;
    Node made = files.made.get(place.path);
    if (made != null) {
      return made;
    }
    if (place.path.isEmpty() && files.backing == null) {
      return node(FileCalls.S_IFDIR | 01777, 0, null, 1);
    }
    return files.backing == null || files.gone.contains(place.path) ? null : ask(place);
  }

  private Node ask(Place place) {
    Arg path = Arg.text(onMachine(place));
    byte[] stat = new byte[STAT_SIZE];
    Arg here = Arg.named(-100, "AT_FDCWD");
    if (machine.call(
            Call.of(
                Sysno.NEWFSTATAT, here, path, Arg.out(stat), Arg.of(FileCalls.AT_SYMLINK_NOFOLLOW)))
        < 0) {
      return null;
    }
    Node node = new Node(stat, null);
    if (!node.isSymlink()) {
      return node;
    }
    byte[] link = new byte[4096];
    long length =
        machine.call(Call.of(Sysno.READLINKAT, here, path, Arg.out(link), Arg.of(link.length)));
    return new Node(stat, new String(link, 0, (int) Math.max(0, length), StandardCharsets.UTF_8));
  }

  private static Node node(int mode, long device, String link, int inode) {
    byte[] stat = new byte[STAT_SIZE];
    Bytes.putLong(stat, 8, inode);
    Bytes.putInt(stat, MODE, mode);
    Bytes.putLong(stat, RDEV, device);
    return new Node(stat, link);
  }

  /**
   * Makes something at that place.
   *
   * @param mode type and permissions
   * @return 0, or -EEXIST
   */
  long make(Place place, int mode, long device, String link) {
    if (look(place) != null) {
      return -Errno.EEXIST.value();
    }
    place.mount.files.made.put(place.path, node(mode, device, link, inodes++));
    place.mount.files.gone.remove(place.path);
    return 0;
  }

  /** Removes what is there; 0, or -ENOENT. */
  long remove(Place place) {
    if (look(place) == null) {
      return -Errno.ENOENT.value();
    }
    place.mount.files.made.remove(place.path);
    place.mount.files.gone.add(place.path);
    return 0;
  }

  /** Renames what is there. */
  void rename(Place from, Place to) {
    Node node = look(from);
    remove(from);
    to.mount.files.made.put(to.path, node);
  }

  /** The names made in that directory. */
  Set<String> madeIn(Place directory) {
    Set<String> names = new TreeSet<>();
    String prefix = directory.path + "/";
    for (String path : directory.mount.files.made.keySet()) {
      if (path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0) {
        names.add(path.substring(prefix.length()));
      }
    }
    return names;
  }

  /** The nearest folder at or above that place which the machine has. */
  static String existing(Place place) {
    Place at = place;
    while (at.mount.files.made.containsKey(at.path)) {
      at = parent(at);
    }
    return onMachine(at);
  }

  /** statfs(2)'s f_type, or null where the machine has to be asked. */
  static Long magic(Place place) {
    return MAGIC.get(place.mount.files.type);
  }

  /** A new file system, mounted nowhere yet. */
  Mount newFileSystem(String type) {
    FileSystem files = new FileSystem(type, BACKING.get(type));
    if (type.equals("devpts")) {
      // Inode 2 of each devpts: Documentation/filesystems/devpts.rst.
      files.made.put("/ptmx", node(FileCalls.S_IFCHR | 0666, 5 << 8 | 2, null, 2));
    }
    return new Mount(files, "");
  }

  /** A copy of the mount at that place, mounted nowhere yet. */
  Mount copy(Place place) {
    return new Mount(place.mount.files, place.path);
  }

  /** Attaches a mount. */
  void attach(Mount mount, Place target) {
    mount.on = target;
    mounts.put(target, mount);
  }
}
