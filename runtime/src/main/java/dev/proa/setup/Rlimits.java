package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.LimitCalls;
import dev.proa.spec.Rlimit;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code process.rlimits}. The parent sets them on the child: raising a hard limit needs a
 * capability in the host's user namespace, which the child may have left.
 */
public final class Rlimits {
  private record Limit(int resource, long soft, long hard) {}

  private final List<Limit> limits;

  private Rlimits(List<Limit> limits) {
    this.limits = limits;
  }

  /**
   * Decides the limits.
   *
   * @throws SetupException for a type that Linux does not have, or that is there twice
   */
  public static Rlimits plan(List<Rlimit> rlimits) {
    List<Limit> limits = new ArrayList<>(rlimits.size());
    int seen = 0;
    for (Rlimit rlimit : rlimits) {
      int resource = LimitCalls.number(rlimit.type());
      if (resource < 0) {
        throw new SetupException("wrong rlimit value: " + rlimit.type());
      }
      if ((seen & 1 << resource) != 0) {
        throw new SetupException("rlimit " + rlimit.type() + " is given more than once");
      }
      seen |= 1 << resource;
      limits.add(new Limit(resource, rlimit.soft(), rlimit.hard()));
    }
    return new Rlimits(limits);
  }

  /** Whether one of them is {@code RLIMIT_NOFILE}: otherwise the caller's own is to be kept. */
  public boolean limitsOpenFiles() {
    for (Limit limit : limits) {
      if (limit.resource == LimitCalls.RLIMIT_NOFILE) {
        return true;
      }
    }
    return false;
  }

  /** The calls that set them on the process {@code pid}; 0 for this process. */
  public List<Call> calls(int pid) {
    List<Call> calls = new ArrayList<>(limits.size());
    for (Limit limit : limits) {
      calls.add(LimitCalls.set(pid, limit.resource, limit.soft, limit.hard));
    }
    return calls;
  }
}
