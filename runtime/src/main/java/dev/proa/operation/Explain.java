package dev.proa.operation;

import dev.proa.cgroup.CgroupDriver;
import dev.proa.kernel.CapabilityCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.SocketCalls;
import dev.proa.rehearsal.Rehearsal;
import dev.proa.rehearsal.Scene;
import dev.proa.seccomp.Disassembler;
import dev.proa.seccomp.SeccompCompiler;
import dev.proa.setup.Capabilities;
import dev.proa.spec.Process;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.Seccomp;
import java.util.ArrayList;
import java.util.List;

/** {@code explain}: what {@code create} and {@code start} would do, by a rehearsal of them. */
public final class Explain {
  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, which is only asked. */
  public Explain(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * What is to be shown.
   *
   * @param scenes the processes with their calls
   * @param capabilities the sets before and after
   * @param filter the seccomp filter's instructions, or empty
   * @param warnings what the config asks for and does not get
   * @param failure why it would fail, or null
   */
  public record Explanation(
      List<Scene> scenes,
      List<CapabilitySet> capabilities,
      List<String> filter,
      List<String> warnings,
      String failure) {}

  /**
   * One of the sets of capabilities(7).
   *
   * @param name the config's word for it
   * @param before those that the runtime has
   * @param after those that the process gets
   */
  public record CapabilitySet(String name, List<String> before, List<String> after) {}

  /**
   * Rehearses the creation; nothing is made.
   *
   * @throws OperationException if the request is wrong
   * @throws dev.proa.spec.InvalidSpecException if the config is wrong
   */
  public Explanation explain(CreateRequest request) {
    if (settings.cgroups() == CgroupDriver.SYSTEMD) {
      throw new OperationException(
          "what systemd does cannot be rehearsed: explain works with --cgroup-manager cgroupfs or"
              + " disabled");
    }
    Creation checked = Creation.prepare(kernel, settings, request);
    Spec spec = checked.bundle().spec();
    boolean terminal = spec.process() != null && spec.process().terminal();
    List<String> warnings = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    List<Scene> scenes =
        Rehearsal.of(
            kernel,
            rehearsed -> {
              Creation creation = Creation.prepare(rehearsed, settings, request);
              Fd console =
                  terminal
                      ? new SocketCalls(rehearsed).socketpair(SocketCalls.SOCK_STREAM).second()
                      : null;
              creation.make(console, null).close();
              warnings.clear();
              warnings.addAll(creation.warnings());
            },
            e -> failures.add(described(e)));
    Seccomp seccomp = spec.linux() == null ? null : spec.linux().seccomp();
    return new Explanation(
        scenes,
        capabilities(spec.process() == null ? Process.NONE : spec.process()),
        seccomp == null ? List.of() : Disassembler.lines(SeccompCompiler.compile(seccomp)),
        warnings,
        failures.isEmpty() ? null : failures.getFirst());
  }

  private static String described(RuntimeException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private List<CapabilitySet> capabilities(Process process) {
    dev.proa.spec.Capabilities wanted = process.capabilities();
    long[] sets = CapabilityCalls.capget(kernel);
    long bounding = 0;
    for (int i = 0; i <= Capabilities.last(kernel); i++) {
      if (kernel.call(CapabilityCalls.readBounding(i)) == 1) {
        bounding |= 1L << i;
      }
    }
    boolean none = wanted == null;
    return List.of(
        set("bounding", bounding, none ? List.of() : wanted.bounding()),
        set("effective", sets[0], none ? List.of() : wanted.effective()),
        set("permitted", sets[1], none ? List.of() : wanted.permitted()),
        set("inheritable", sets[2], none ? List.of() : wanted.inheritable()),
        set("ambient", 0, none ? List.of() : wanted.ambient()));
  }

  private static CapabilitySet set(String name, long before, List<String> after) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < CapabilityCalls.count(); i++) {
      if ((before & 1L << i) != 0) {
        names.add(CapabilityCalls.name(i));
      }
    }
    return new CapabilitySet(name, names, after);
  }
}
