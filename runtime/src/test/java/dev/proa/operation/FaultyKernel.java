package dev.proa.operation;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.Sysno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A rehearsed kernel of which one call fails, and which remembers who has made which calls. */
final class FaultyKernel implements Kernel {
  private static final int ENDLESS = 10_000;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int BPF_PROG_LOAD = 5;
  private static final int BPF_PROG_GET_FD_BY_ID = 13;

  /**
   * A call of a run in which nothing fails.
   *
   * @param process the clones that lead to the process: empty for the runtime, {@code /1} for what
   *     its second clone has made
   * @param index which of the process's calls it is
   */
  record Point(String process, int index, Call call) {}

  /** What the process has called, and what it got. */
  record Made(Call call, long result) {}

  private final Kernel kernel;
  private final Point failing;
  private final Errno errno;
  private final List<Made> made = new ArrayList<>();
  private final List<Point> points = new ArrayList<>();
  private String process = "";
  private int clones;
  private int index;

  /**
   * @param failing what fails, or null
   * @param errno how it fails
   */
  FaultyKernel(Kernel kernel, Point failing, Errno errno) {
    this.kernel = kernel;
    this.failing = failing;
    this.errno = errno;
  }

  /** The calls of the process that this run was for. */
  List<Point> points() {
    return points;
  }

  /** What that process got. */
  List<Made> made() {
    return made;
  }

  @Override
  public void phase(String section) {
    kernel.phase(section);
  }

  @Override
  public long call(Call call) {
    int at = index++;
    if (at > ENDLESS) {
      throw new AssertionError("no end of calls: " + call);
    }
    points.add(new Point(process, at, call));
    boolean fails = failing != null && at == failing.index && process.equals(failing.process);
    if (fails && call.number() != failing.call.number()) {
      throw new AssertionError("not the same calls again: " + call + ", not " + failing.call);
    }
    long result = fails ? -errno.value() : kernel.call(call);
    if (call.number() == Sysno.CLONE3 && result == 0) {
      process += "/" + clones;
      clones = 0;
      index = 0;
      made.clear();
      points.clear();
    } else {
      clones += call.number() == Sysno.CLONE3 && result > 0 ? 1 : 0;
      made.add(new Made(call, result));
    }
    return result;
  }

  /** What it has opened and not closed: the calls, by descriptor. */
  Map<Long, Call> leftOpen() {
    Map<Long, Call> open = new TreeMap<>();
    for (Made each : made) {
      if (each.result < 0) {
        continue;
      }
      List<Arg> args = each.call.args();
      switch (each.call.number()) {
        case OPENAT,
            OPENAT2,
            SOCKET,
            ACCEPT4,
            PIDFD_OPEN,
            PIDFD_GETFD,
            DUP,
            SIGNALFD4,
            MEMFD_CREATE,
            EVENTFD2,
            FSOPEN,
            FSMOUNT,
            OPEN_TREE ->
            open.put(each.result, each.call);
        case FCNTL -> {
          if (value(args.get(1)) == F_DUPFD_CLOEXEC) {
            open.put(each.result, each.call);
          }
        }
        case BPF -> {
          long command = value(args.get(0));
          if (command == BPF_PROG_LOAD || command == BPF_PROG_GET_FD_BY_ID) {
            open.put(each.result, each.call);
          }
        }
        case PIPE2 -> openPair(open, each.call, args.get(0));
        case SOCKETPAIR -> openPair(open, each.call, args.get(3));
        case CLOSE -> open.remove(value(args.get(0)));
        default -> {} // opens and closes nothing
      }
    }
    return open;
  }

  private static void openPair(Map<Long, Call> open, Call call, Arg numbers) {
    byte[] bytes = ((Arg.Memory) numbers).bytes();
    open.put((long) Bytes.getInt(bytes, 0), call);
    open.put((long) Bytes.getInt(bytes, 4), call);
  }

  /** The number that an argument is, or -1. */
  static long value(Arg arg) {
    return switch (arg) {
      case Arg.Value value -> value.value();
      case Arg.Flags flags -> flags.value();
      default -> -1;
    };
  }
}
