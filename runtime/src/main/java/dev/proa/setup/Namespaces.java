package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.Namespace;
import dev.proa.spec.linux.TimeOffsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which namespaces the container gets new and which it joins: config-linux.md, Namespaces.
 *
 * <p>In the plain case one clone3(2) makes all new ones, and init joins the others. Three cases
 * need an intermediate process, the stage, which enters a user or time namespace first and then
 * clones init as its own sibling (CLONE_PARENT):
 *
 * <ul>
 *   <li>a user namespace to join: new namespaces must belong to it, so it is entered before them;
 *   <li>a new user namespace beside others to join: those are the host's, and only a process of the
 *       host's user namespace may enter them;
 *   <li>offsets of a new time namespace: they can be written until the first process is in it.
 * </ul>
 *
 * @param created CLONE_NEW* flags of the new ones
 * @param joins the existing ones, the user namespace apart
 * @param user the user namespace to join, or null
 * @param offsets the new time namespace's offsets, or null
 */
public record Namespaces(long created, List<Join> joins, Join user, TimeOffsets offsets) {
  private static final List<String> FILES =
      List.of("cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts");

  /**
   * An existing namespace to join.
   *
   * @param flag its CLONE_NEW* flag, which setns(2) checks against the file's type
   * @param path its file
   * @param section its place in the config
   */
  public record Join(long flag, String path, String section) {}

  /** A namespace to join whose file is open. */
  public record Opened(Join join, Fd fd) {}

  /** Decides from the config. */
  public static Namespaces plan(Linux linux) {
    long created = 0;
    List<Join> joins = new ArrayList<>();
    Join user = null;
    List<Namespace> namespaces = linux == null ? List.of() : linux.namespaces();
    for (int i = 0; i < namespaces.size(); i++) {
      Namespace namespace = namespaces.get(i);
      long flag = flag(namespace.type());
      if (namespace.path() == null || namespace.path().isEmpty()) {
        created |= flag;
        continue;
      }
      Join join = new Join(flag, namespace.path(), "linux.namespaces[" + i + "].path");
      if (flag == NamespaceCalls.CLONE_NEWUSER) {
        user = join;
      } else {
        joins.add(join);
      }
    }
    boolean newTime = (created & NamespaceCalls.CLONE_NEWTIME) != 0;
    return new Namespaces(created, joins, user, newTime ? linux.timeOffsets() : null);
  }

  private static long flag(Namespace.Type type) {
    return switch (type) {
      case PID -> NamespaceCalls.CLONE_NEWPID;
      case NETWORK -> NamespaceCalls.CLONE_NEWNET;
      case MOUNT -> NamespaceCalls.CLONE_NEWNS;
      case IPC -> NamespaceCalls.CLONE_NEWIPC;
      case UTS -> NamespaceCalls.CLONE_NEWUTS;
      case USER -> NamespaceCalls.CLONE_NEWUSER;
      case CGROUP -> NamespaceCalls.CLONE_NEWCGROUP;
      case TIME -> NamespaceCalls.CLONE_NEWTIME;
    };
  }

  /** Whether a new one of that flag is made. */
  public boolean creates(long flag) {
    return (created & flag) != 0;
  }

  /** Whether the container has its own, new or joined, of that flag. */
  public boolean has(long flag) {
    if (creates(flag) || (user != null && flag == NamespaceCalls.CLONE_NEWUSER)) {
      return true;
    }
    for (Join join : joins) {
      if (join.flag == flag) {
        return true;
      }
    }
    return false;
  }

  /** Whether the intermediate process is needed; see the type. */
  public boolean staged() {
    return user != null
        || (creates(NamespaceCalls.CLONE_NEWUSER) && !joins.isEmpty())
        || offsets != null;
  }

  /**
   * What clone3(2) makes in the plain case. The cgroup namespace is not among it: its root is the
   * cgroup that the process is in when it unshares, so that comes after it was put into its own.
   */
  public long cloned() {
    return created & ~NamespaceCalls.CLONE_NEWCGROUP;
  }

  /** The namespace files of a process of the container, for the state. */
  public Map<String, String> paths(int pid) {
    Map<String, String> paths = new TreeMap<>();
    for (String name : FILES) {
      paths.put(name, "/proc/" + pid + "/ns/" + name);
    }
    return paths;
  }

  /** Opens the namespaces to join, in the runtime's mount namespace. */
  public List<Opened> open(Kernel kernel) {
    List<Opened> opened = new ArrayList<>(joins.size() + 1);
    for (Join join : joins) {
      opened.add(open(kernel, join));
    }
    return opened;
  }

  /** Opens one of them. */
  public static Opened open(Kernel kernel, Join join) {
    try {
      return new Opened(join, new FileCalls(kernel).open(join.path, FileCalls.O_RDONLY));
    } catch (KernelException e) {
      throw new SetupException(join.section + ": " + e.getMessage());
    }
  }

  /** Enters one of them. A pid namespace is for the next child only. */
  public static void enter(Kernel kernel, Opened opened) {
    try {
      new NamespaceCalls(kernel).setns(opened.fd, opened.join.flag);
    } catch (KernelException e) {
      throw new SetupException(opened.join.section + ": " + e.getMessage());
    }
  }

  /**
   * Enters all of them and the user namespace: what the host's privileges allow before it, the rest
   * after it, with the privileges inside.
   */
  public static void enterAll(Kernel kernel, List<Opened> opened, Opened user) {
    List<Opened> later = new ArrayList<>();
    for (Opened one : opened) {
      if (user != null && refused(kernel, one)) {
        later.add(one);
      } else if (user == null) {
        enter(kernel, one);
      }
    }
    if (user != null) {
      enter(kernel, user);
    }
    for (Opened one : later) {
      enter(kernel, one);
    }
  }

  private static boolean refused(Kernel kernel, Opened one) {
    try {
      new NamespaceCalls(kernel).setns(one.fd, one.join.flag);
      return false;
    } catch (KernelException e) {
      if (e.is(Errno.EPERM)) {
        return true;
      }
      throw new SetupException(one.join.section + ": " + e.getMessage());
    }
  }
}
