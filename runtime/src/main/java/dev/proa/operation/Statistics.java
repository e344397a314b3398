package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.NoCgroup;
import dev.proa.cgroup.Stats;
import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.Kernel;
import dev.proa.state.InitProcess;
import dev.proa.state.StateRoot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code stats}: what running containers use, read again and again. A container's state is read
 * once; after that a reading costs its cgroup's files and one line of /proc.
 */
public final class Statistics {
  private final Kernel kernel;
  private final Settings settings;
  private final List<String> wanted;
  private Map<String, Watched> watched = new HashMap<>();

  /** A container whose process lives, and its last reading. */
  private record Watched(InitProcess init, Cgroup cgroup, Reading last) {}

  /**
   * One container's figures.
   *
   * @param pid of its first process
   * @param time of the reading, on a clock that only goes forward, in nanoseconds
   * @param stats what its cgroup counts; null where it has none
   * @param cpu processor time since the reading before, as a share of one processor; null at first
   */
  public record Reading(String id, int pid, long time, Stats stats, Double cpu) {}

  /**
   * Over that kernel, below {@code settings.root()}.
   *
   * @param wanted the ids; none means every container that runs when {@link #read} is called
   */
  public Statistics(Kernel kernel, Settings settings, List<String> wanted) {
    this.kernel = kernel;
    this.settings = settings;
    this.wanted = List.copyOf(wanted);
  }

  /**
   * The figures of all whose process lives, created and paused ones included, in the ids' order.
   *
   * @throws OperationException if one that was asked for is not there or has ended, unless it ended
   *     since the reading before
   */
  public List<Reading> read() {
    List<String> ids = wanted.isEmpty() ? new StateRoot(kernel, settings.root()).ids() : wanted;
    Map<String, Watched> now = new HashMap<>();
    List<Reading> readings = new ArrayList<>();
    for (String id : ids) {
      Watched container = watched.get(id);
      if (container != null && !container.init.isAlive(kernel)) {
        if (!wanted.isEmpty()) {
          continue;
        }
        container = null; // the id may have been given anew
      }
      if (container == null) {
        container = look(id);
      }
      Reading reading = container == null ? null : read(id, container);
      if (reading != null) {
        now.put(id, new Watched(container.init, container.cgroup, reading));
        readings.add(reading);
      }
    }
    watched = now;
    return readings;
  }

  /** The container; null where it does not run and nobody asked for it by its id. */
  private Watched look(String id) {
    if (watched.isEmpty() || wanted.isEmpty()) {
      try (Container container = Container.look(kernel, settings, id)) {
        if (container.init().isAlive(kernel)) {
          return new Watched(container.init(), container.cgroup(), null);
        }
      } catch (OperationException e) {
        if (!wanted.isEmpty()) {
          throw new OperationException(id + ": " + e.getMessage());
        }
        return null; // deleted meanwhile, or half made
      }
      if (!wanted.isEmpty()) {
        throw new OperationException("container with id " + id + " is not running");
      }
    }
    return null;
  }

  private Reading read(String id, Watched container) {
    long time = new ClockCalls(kernel).monotonicNanos();
    if (container.cgroup instanceof NoCgroup) {
      return new Reading(id, container.init.pid(), time, null, null);
    }
    try {
      Stats stats = container.cgroup.stats();
      Reading last = container.last;
      Double cpu = null;
      if (last != null && time > last.time) {
        long used = stats.cpu().total() - last.stats.cpu().total();
        cpu = Math.max(0, used) / (double) (time - last.time);
      }
      return new Reading(id, container.init.pid(), time, stats, cpu);
    } catch (CgroupException e) {
      if (container.init.isAlive(kernel)) {
        throw e;
      }
      return null; // it ended just now
    }
  }
}
