package dev.proa.rehearsal;

import static dev.proa.rehearsal.RehearsalKernel.bytes;
import static dev.proa.rehearsal.RehearsalKernel.value;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.PathCalls;
import dev.proa.kernel.Sysno;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Answers the calls about files, directories and mounts from a {@link FileTree}. */
final class FileCallsModel {
  private static final int AT_FDCWD = -100;
  private static final int OWNERS = "aarch64".equals(System.getProperty("os.arch")) ? 24 : 28;

  /** The id that stands for those without a mapping: /proc/sys/kernel/overflowuid. */
  private static final int OVERFLOW = 65534;

  private static final long ENOENT = -Errno.ENOENT.value();

  private final Kernel machine;
  private final Descriptors descriptors;
  private final FileTree tree;
  private final NewCgroups cgroups;
  private boolean userNamespace;

  FileCallsModel(Kernel machine, Descriptors descriptors, FileTree tree) {
    this.machine = machine;
    this.descriptors = descriptors;
    this.tree = tree;
    this.cgroups = new NewCgroups(machine);
  }

  /** The path of what is open there, as the process sees it, or null. */
  String pathOf(long number) {
    Descriptors.Open open = descriptors.get(number);
    return open == null || open.place == null ? null : tree.shown(open.place);
  }

  /** The process enters a user namespace, which sees other owners. */
  void enterUserNamespace() {
    userNamespace = true;
  }

  /** The owners of the machine's files as the process sees them: user_namespaces(7). */
  private void translateOwners(byte[] stat) {
    int caller = (int) machine.call(Call.of(Sysno.GETEUID));
    for (int at = OWNERS; userNamespace && at < OWNERS + 8; at += 4) {
      boolean own = caller != 0 && Bytes.getInt(stat, at) == caller;
      Bytes.putInt(stat, at, own ? 0 : OVERFLOW);
    }
  }

  /** The other side of a new pseudoterminal. */
  Descriptors.Open terminal(long master) {
    Descriptors.Open peer = new Descriptors.Open();
    FileTree.Place ptmx = descriptors.get(master).place;
    peer.place = new FileTree.Place(ptmx.mount(), "/0");
    tree.make(peer.place, FileCalls.S_IFCHR | 0620, 136 << 8, null);
    return peer;
  }

  /** Answers it; calls that only change something have nothing to answer but 0. */
  long answer(Call call) {
    return switch (call.number()) {
      case OPENAT -> open(call, value(call, 2), false);
      case OPENAT2 -> open(call, Bytes.getLong(bytes(call, 2), 0), true);
      case READ -> read(call);
      case WRITE -> write(call);
      case CLOSE -> close(value(call, 0));
      case FSTAT -> stat(placeOf(value(call, 0)), value(call, 0), bytes(call, 1));
      case NEWFSTATAT -> {
        boolean follow = (value(call, 3) & FileCalls.AT_SYMLINK_NOFOLLOW) == 0;
        yield stat(at(call, 0, 1, follow), -1, bytes(call, 2));
      }
      case FACCESSAT2 -> access(call);
      case READLINKAT -> readlink(call);
      case STATFS -> statfs(tree.walk(tree.here(), text(call, 0), false, true), bytes(call, 1));
      case FSTATFS -> statfs(placeOf(value(call, 0)), bytes(call, 1));
      case GETDENTS64 -> list(call);
      case GETCWD -> getcwd(bytes(call, 0));
      case CHDIR -> enter(tree.walk(tree.here(), text(call, 0), false, true));
      case FCHDIR -> enter(placeOf(value(call, 0)));
      case PIVOT_ROOT -> {
        tree.changeRoot(tree.here());
        yield 0;
      }
      case CHROOT -> {
        tree.changeRoot(tree.walk(tree.here(), text(call, 0), false, true));
        yield 0;
      }
      case MKDIRAT ->
          make(at(call, 0, 1, false), FileCalls.S_IFDIR | (int) value(call, 2), 0, null);
      case MKNODAT -> make(at(call, 0, 1, false), (int) value(call, 2), value(call, 3), null);
      case SYMLINKAT -> make(at(call, 1, 2, false), FileCalls.S_IFLNK | 0777, 0, text(call, 0));
      case UNLINKAT -> {
        FileTree.Place place = at(call, 0, 1, false);
        yield place == null ? ENOENT : tree.remove(place);
      }
      case RENAMEAT2 -> {
        tree.rename(at(call, 0, 1, false), at(call, 2, 3, false));
        yield 0;
      }
      case FSOPEN -> {
        Descriptors.Open context = new Descriptors.Open();
        context.fileSystem = text(call, 0);
        yield descriptors.add(context);
      }
      case FSMOUNT -> detached(tree.newFileSystem(descriptors.get(value(call, 0)).fileSystem));
      case OPEN_TREE -> openTree(call);
      case MOVE_MOUNT -> {
        Descriptors.Open moved = descriptors.get(value(call, 0));
        tree.attach(moved.mount, at(call, 2, 3, false));
        yield 0;
      }
      default -> 0;
    };
  }

  private FileTree.Place placeOf(long number) {
    if (number == AT_FDCWD) {
      return tree.here();
    }
    Descriptors.Open open = descriptors.get(number);
    return open == null ? null : open.place;
  }

  private static String text(Call call, int index) {
    return call.args().get(index) instanceof Arg.Text text ? text.value() : "";
  }

  /** What a directory and a path name. */
  private FileTree.Place at(Call call, int directory, int path, boolean follow) {
    FileTree.Place from = placeOf(value(call, directory));
    return tree.walk(from == null ? tree.here() : from, text(call, path), false, follow);
  }

  private long open(Call call, long flags, boolean confined) {
    boolean beneath =
        confined && (Bytes.getLong(bytes(call, 2), 16) & PathCalls.RESOLVE_BENEATH) != 0;
    boolean inRoot = confined && !beneath;
    boolean follow = (flags & FileCalls.O_NOFOLLOW) == 0;
    FileTree.Place from = placeOf(value(call, 0));
    FileTree.Place place = tree.walk(from, text(call, 1), inRoot, follow);
    if (place == null) {
      return ENOENT;
    }
    Descriptors.Open open = new Descriptors.Open();
    open.place = place;
    FileTree.Node node = tree.look(place);
    boolean path = (flags & FileCalls.O_PATH) != 0;
    boolean reads = !path && (flags & 3) == FileCalls.O_RDONLY;
    if (node == null) {
      return openMissing(open, flags, reads);
    }
    if ((flags & FileCalls.O_CREAT) != 0 && (flags & FileCalls.O_EXCL) != 0) {
      return -Errno.EEXIST.value();
    }
    if ((flags & FileCalls.O_DIRECTORY) != 0 && !node.isDirectory()) {
      return -Errno.ENOTDIR.value();
    }
    if (node.isSymlink() && !follow && !path) {
      return -Errno.ELOOP.value();
    }
    String here = FileTree.onMachine(place);
    if (reads && here != null) {
      // As it is asked for: what may not be read here may not be read in create either.
      Arg how = Arg.named(flags | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK, "");
      long number =
          machine.call(
              Call.of(Sysno.OPENAT, Arg.named(AT_FDCWD, ""), Arg.text(here), how, Arg.of(0)));
      if (number < 0) {
        return number;
      }
      open.machine = (int) number;
    } else if (reads && node.isDirectory()) {
      open.content = entries(place);
    }
    return descriptors.add(open);
  }

  private long openMissing(Descriptors.Open open, long flags, boolean reads) {
    if ((flags & FileCalls.O_CREAT) != 0) {
      tree.make(open.place, FileCalls.S_IFREG | 0600, 0, null);
      return descriptors.add(open);
    }
    String above = FileTree.existing(parentOf(open.place));
    boolean fresh = above != null && FileTree.onMachine(parentOf(open.place)) == null;
    if (!fresh || !cgroups.has(above, open.place.name())) {
      return ENOENT;
    }
    if (reads) {
      open.content = cgroups.read(above, open.place.path());
    }
    return descriptors.add(open);
  }

  private static FileTree.Place parentOf(FileTree.Place place) {
    int slash = place.path().lastIndexOf('/');
    return new FileTree.Place(place.mount(), place.path().substring(0, Math.max(slash, 0)));
  }

  private long read(Call call) {
    Descriptors.Open open = descriptors.get(value(call, 0));
    if (open == null) {
      return -Errno.EBADF.value();
    }
    if (open.machine >= 0) {
      return machine.call(translated(call, open.machine));
    }
    if (open.content == null) {
      return 0;
    }
    int count = Math.min(open.content.length, bytes(call, 1).length);
    System.arraycopy(open.content, 0, bytes(call, 1), 0, count);
    open.content = null;
    return count;
  }

  private static Call translated(Call call, int number) {
    Arg[] args = call.args().toArray(new Arg[0]);
    args[0] = Arg.of(number);
    return new Call(call.number(), List.of(args));
  }

  private long write(Call call) {
    Descriptors.Open open = descriptors.get(value(call, 0));
    byte[] data = bytes(call, 1);
    if (open != null && open.place != null) {
      cgroups.write(open.place.path(), new String(data, StandardCharsets.UTF_8));
    }
    return data.length;
  }

  private long close(long number) {
    Descriptors.Open open = descriptors.remove(number);
    if (open == null) {
      return -Errno.EBADF.value();
    }
    descriptors.release(machine, open);
    return 0;
  }

  private long stat(FileTree.Place place, long number, byte[] buffer) {
    if (place == null && number >= 0) {
      Descriptors.Open open = descriptors.get(number);
      if (open != null && open.machine >= 0) {
        machine.call(Call.of(Sysno.FSTAT, Arg.of(open.machine), Arg.out(buffer)));
        translateOwners(buffer);
      }
      return 0;
    }
    FileTree.Node node = place == null ? null : tree.look(place);
    if (node == null) {
      return ENOENT;
    }
    System.arraycopy(node.stat(), 0, buffer, 0, buffer.length);
    if (FileTree.onMachine(place) != null) {
      translateOwners(buffer);
    }
    return 0;
  }

  private long access(Call call) {
    FileTree.Place place = at(call, 0, 1, true);
    if (place == null || tree.look(place) == null) {
      return ENOENT;
    }
    String here = FileTree.onMachine(place);
    Arg mode = call.args().get(2);
    Arg flags = call.args().get(3);
    return here == null
        ? 0
        : machine.call(
            Call.of(Sysno.FACCESSAT2, Arg.named(AT_FDCWD, ""), Arg.text(here), mode, flags));
  }

  private long readlink(Call call) {
    FileTree.Place place = at(call, 0, 1, false);
    FileTree.Node node = place == null ? null : tree.look(place);
    if (node == null) {
      return ENOENT;
    }
    if (node.link() == null) {
      return -Errno.EINVAL.value();
    }
    byte[] link = node.link().getBytes(StandardCharsets.UTF_8);
    System.arraycopy(link, 0, bytes(call, 2), 0, link.length);
    return link.length;
  }

  private long statfs(FileTree.Place place, byte[] buffer) {
    if (place == null) {
      return ENOENT;
    }
    Long magic = FileTree.magic(place);
    if (magic != null) {
      Bytes.putLong(buffer, 0, magic);
      return 0;
    }
    return machine.call(Call.of(Sysno.STATFS, Arg.text(FileTree.existing(place)), Arg.out(buffer)));
  }

  private long list(Call call) {
    Descriptors.Open open = descriptors.get(value(call, 0));
    return open.machine >= 0 ? machine.call(translated(call, open.machine)) : read(call);
  }

  /** struct linux_dirent64, one after the other: getdents64(2). */
  private byte[] entries(FileTree.Place directory) {
    byte[] all = new byte[16 * 1024];
    int at = 0;
    for (String name : tree.madeIn(directory)) {
      byte[] text = name.getBytes(StandardCharsets.UTF_8);
      int length = (19 + text.length + 1 + 7) & ~7;
      Bytes.putShort(all, at + 16, length);
      System.arraycopy(text, 0, all, at + 19, text.length);
      at += length;
    }
    return Arrays.copyOf(all, at);
  }

  private long getcwd(byte[] buffer) {
    byte[] path = (tree.shown(tree.here()) + "\0").getBytes(StandardCharsets.UTF_8);
    System.arraycopy(path, 0, buffer, 0, path.length);
    return path.length;
  }

  private long enter(FileTree.Place directory) {
    FileTree.Node node = directory == null ? null : tree.look(directory);
    if (node == null) {
      return ENOENT;
    }
    if (!node.isDirectory()) {
      return -Errno.ENOTDIR.value();
    }
    tree.enter(directory);
    return 0;
  }

  private long make(FileTree.Place place, int mode, long device, String link) {
    if (place == null || tree.look(parentOf(place)) == null) {
      return ENOENT;
    }
    return tree.make(place, mode, device, link);
  }

  private long detached(FileTree.Mount mount) {
    Descriptors.Open open = new Descriptors.Open();
    open.mount = mount;
    open.place = mount.root();
    return descriptors.add(open);
  }

  private long openTree(Call call) {
    boolean follow = (value(call, 2) & FileCalls.AT_SYMLINK_NOFOLLOW) == 0;
    FileTree.Place place = at(call, 0, 1, follow);
    return place == null || tree.look(place) == null ? ENOENT : detached(tree.copy(place));
  }
}
