package dev.proa.cgroup;

import dev.proa.kernel.Fd;
import dev.proa.spec.linux.resources.DeviceRule;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;
import java.util.Map;

/** The control groups of one container. All failures are {@link CgroupException}s. */
public interface Cgroup {
  /**
   * What identifies it, for the state: the directory for each controller, and for cgroup2 under
   * {@link Layout#UNIFIED}. Known before {@link #create}. Where a rootless caller may do without,
   * {@link #create} takes those away that could not be made.
   */
  Map<String, String> paths();

  /**
   * Makes the directories, with what a process needs there before it can join. A failure undoes
   * what was made.
   *
   * @param resources the config's, or null
   * @throws CgroupException also if the cgroup is there already and has processes or is frozen
   */
  void create(Resources resources);

  /** Removes what {@link #create} of this object made, parents included, as far as it is empty. */
  void undo();

  /**
   * Sets all limits and the device rules of a new container.
   *
   * @param resources the config's {@code linux.resources}, or null
   * @param devices all rules in force, as {@link DeviceRules#effective} tells; empty leaves the
   *     devices alone
   */
  void set(Resources resources, List<DeviceRule> devices);

  /**
   * Changes the limits of a running container; absent values stay as they are, and so do the device
   * rules.
   *
   * @return what puts the old limits back
   * @throws CgroupException if one is refused; the others are put back then, and the message tells
   *     which are not
   */
  Undo update(Resources resources);

  /**
   * Replaces the device rules of a running container.
   *
   * @param devices all rules in force
   * @throws CgroupException if they are refused; the old ones stay then, or the message tells
   */
  void updateDevices(List<DeviceRule> devices);

  /**
   * Gives the cgroup to a user, who may then make cgroups below it (config-linux.md, Cgroup
   * ownership). For a container with a user namespace and a cgroup namespace of its own and a
   * writable /sys/fs/cgroup. Version 1 cannot be given away safely: nothing happens there.
   *
   * @param uid the user, as the runtime sees it
   */
  void delegate(int uid);

  /**
   * Whether a new container's first process has to be moved in by {@link #join} from outside, with
   * its pid: what makes the cgroup makes it around a process.
   */
  boolean joinsFromOutside();

  /**
   * Moves a process into the cgroup. A container's first process may do it by itself before it
   * leaves the runtime's cgroup and mount namespaces: {@code join(0)} needs no handshake.
   *
   * @param pid the process; 0 is the caller itself, whatever pid namespace it is in
   */
  void join(int pid);

  /**
   * The directory for CLONE_INTO_CGROUP of clone3(2), to be closed by the caller; null where there
   * is no cgroup2. The clone then calls {@link #joinFromClone}.
   */
  Fd openForClone();

  /**
   * Moves the calling process, a clone into {@link #openForClone} with one thread, into what is
   * left of the cgroup: the hierarchies of version 1. Much faster than {@link #join} from outside.
   */
  void joinFromClone();

  /** Stops all processes; answers when they have stopped. */
  void freeze();

  /** Lets them go on. */
  void thaw();

  /** Whether the processes are stopped by {@link #freeze}. */
  boolean isFrozen();

  /** The pids of all processes in it and below it, as this pid namespace sees them. */
  List<Integer> processes();

  /** Sends SIGKILL to all processes in it and below it, stopped ones included. */
  void kill();

  /** Whether its directory is there. */
  boolean exists();

  /** Removes it with its children. Waits up to two seconds for the last process to be gone. */
  void delete();

  /**
   * Removes its directories as far as nobody uses them: what is left of a {@link #create} that was
   * cut off. A process or a cgroup in there is somebody else's.
   */
  void removeUnused();

  /** The statistics of all its controllers. */
  Stats stats();
}
