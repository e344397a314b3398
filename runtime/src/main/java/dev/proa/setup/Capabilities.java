package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.CapabilityCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code process.capabilities}: two steps around the change of user.
 *
 * <p>{@link #beforeUser} drops from the bounding set, which needs CAP_SETPCAP, and keeps the
 * permitted set over setresuid(2). {@link #afterUser} sets the final sets; the ambient one last,
 * because it must be a subset of the permitted and the inheritable one.
 */
public final class Capabilities {
  private static final String SECTION = "process.capabilities";

  private final long bounding;
  private final List<Call> finalCalls;
  private final List<String> warnings;

  private Capabilities(long bounding, List<Call> finalCalls, List<String> warnings) {
    this.bounding = bounding;
    this.finalCalls = finalCalls;
    this.warnings = warnings;
  }

  /**
   * Decides the five sets.
   *
   * @param sets null leaves none of any kind
   * @param grantable what this process can give: {@link #grantable}
   * @param untilExec whether CAP_SYS_ADMIN stays effective until execve(2), which takes it away:
   *     loading a seccomp filter without no_new_privs needs it (seccomp(2))
   */
  public static Capabilities plan(
      dev.proa.spec.Capabilities sets, Grantable grantable, boolean untilExec) {
    long extra = untilExec ? 1L << CapabilityCalls.CAP_SYS_ADMIN : 0;
    List<String> warnings = new ArrayList<>();
    long bounding = 0;
    List<Call> calls = new ArrayList<>();
    calls.add(CapabilityCalls.keep(false));
    if (sets == null) {
      calls.add(CapabilityCalls.capset(extra, extra, 0));
      calls.add(CapabilityCalls.clearAmbient());
    } else {
      bounding = mask(sets.bounding(), grantable.bounding(), warnings);
      long permitted = mask(sets.permitted(), grantable.permitted(), warnings);
      // Exactly what the config names: what is inheritable besides lets a file with inheritable
      // bits gain it (CVE-2022-29162, CVE-2022-27650).
      long inheritable = mask(sets.inheritable(), grantable.permitted(), warnings);
      long effective = mask(sets.effective(), grantable.permitted(), warnings);
      calls.add(CapabilityCalls.capset(effective | extra, permitted | extra, inheritable));
      calls.add(CapabilityCalls.clearAmbient());
      long ambient = mask(sets.ambient(), grantable.permitted(), warnings);
      for (int i = 0; i < CapabilityCalls.count(); i++) {
        // As runc, without a word, where it is not both permitted and inheritable: buildah asks so.
        if ((ambient & permitted & inheritable & 1L << i) != 0) {
          calls.add(CapabilityCalls.raiseAmbient(i));
        }
      }
    }
    return new Capabilities(bounding, calls, warnings);
  }

  /**
   * What a container's process can get; each set has bit n for capability n.
   *
   * @param bounding in its bounding set
   * @param permitted in its other sets
   */
  public record Grantable(long bounding, long permitted) {
    /** All capabilities up to {@code last}. */
    public static Grantable upTo(int last) {
      long all = (2L << last) - 1;
      return new Grantable(all, all);
    }
  }

  /**
   * What this process can give: to whoever shares its user namespace no more than it has itself.
   *
   * @param userNamespace whether the container has another user namespace: init has all there
   */
  public static Grantable grantable(Kernel kernel, boolean userNamespace) {
    int last = last(kernel);
    Grantable all = Grantable.upTo(last);
    if (userNamespace) {
      return all;
    }
    long permitted = CapabilityCalls.capget(kernel)[1] & all.permitted();
    long bounding = permitted;
    for (int i = 0; i <= last && bounding != all.bounding(); i++) {
      if ((bounding & 1L << i) == 0 && kernel.call(CapabilityCalls.readBounding(i)) == 1) {
        bounding |= 1L << i;
      }
    }
    return new Grantable(bounding, permitted);
  }

  /** The last capability that the running kernel has, of those that have a name here. */
  public static int last(Kernel kernel) {
    int last = CapabilityCalls.count() - 1;
    while (last > 0 && kernel.call(CapabilityCalls.readBounding(last)) < 0) {
      last--;
    }
    return last;
  }

  private static long mask(List<String> names, long grantable, List<String> warnings) {
    long mask = 0;
    for (String name : names) {
      int number = CapabilityCalls.number(name);
      if (number >= 0 && (grantable & 1L << number) != 0) {
        mask |= 1L << number;
      } else {
        // "Any value which cannot be mapped to a relevant kernel interface, or cannot be granted
        // otherwise MUST be logged as a warning by the runtime. Runtimes SHOULD NOT fail": a config
        // written for a newer kernel, or a privileged one on a host with fewer privileges.
        String warning = "ignoring unknown or unavailable capability " + name;
        if (!warnings.contains(warning)) {
          warnings.add(warning);
        }
      }
    }
    return mask;
  }

  /** What the config asks for and does not get, one sentence each. */
  public List<String> warnings() {
    return warnings;
  }

  /** Drops from the bounding set and keeps the permitted set for {@link #afterUser}. */
  public Step beforeUser() {
    return new Bounding(bounding);
  }

  /** Sets the final sets. */
  public Step afterUser() {
    return new CallsStep(SECTION, finalCalls.toArray(Call[]::new));
  }

  private record Bounding(long bounding) implements Step {
    @Override
    public String section() {
      return SECTION;
    }

    @Override
    public void apply(Inside inside) {
      Kernel kernel = inside.kernel();
      for (int i = 0; i < Long.SIZE; i++) {
        if ((bounding & 1L << i) != 0) {
          continue;
        }
        Call drop = CapabilityCalls.dropBounding(i);
        long result = kernel.call(drop);
        if (result == -Errno.EINVAL.value()) {
          break; // beyond the last that the kernel has; those without a name here are dropped too
        }
        if (result < 0) {
          throw new KernelException(drop, Errno.of((int) -result));
        }
      }
      kernel.must(CapabilityCalls.keep(true));
    }
  }
}
