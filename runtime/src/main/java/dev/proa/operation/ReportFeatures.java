package dev.proa.operation;

import dev.proa.doctor.KernelProbes;
import dev.proa.kernel.CapabilityCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.SeccompCalls;
import dev.proa.seccomp.Arch;
import dev.proa.setup.MountOptions;
import dev.proa.spec.Features;
import dev.proa.spec.JsonWriter;
import dev.proa.spec.SpecVersion;
import dev.proa.spec.linux.MemoryPolicy;
import dev.proa.spec.linux.Namespace;
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompArg;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code features}: features.md. What this executable can do on any host; only the filter flags are
 * asked of this host's kernel, as the document wants it.
 */
public final class ReportFeatures {
  private static final List<String> HOOKS =
      List.of(
          "prestart",
          "createRuntime",
          "createContainer",
          "startContainer",
          "poststart",
          "poststop");

  private final Kernel kernel;

  /** Over that kernel. */
  public ReportFeatures(Kernel kernel) {
    this.kernel = kernel;
  }

  /** The document, indented, with a newline at its end. */
  public String json() {
    JsonWriter json = JsonWriter.pretty();
    new Features(
            "1.0.0",
            SpecVersion.CURRENT,
            HOOKS,
            MountOptions.known(),
            linux(),
            Map.of(),
            List.of("bundle"))
        .write(json);
    return json.line();
  }

  private Features.Linux linux() {
    return new Features.Linux(
        words(Namespace.Type.values()),
        capabilities(),
        new Features.Cgroup(true, true, true, true, true),
        new Features.Seccomp(
            true,
            words(Seccomp.Action.values()),
            words(SeccompArg.Op.values()),
            Arch.specNames(),
            flags(false),
            flags(true)),
        true,
        true,
        new Features.MemoryPolicy(
            words(MemoryPolicy.Mode.values()), words(MemoryPolicy.Flag.values())),
        true,
        true,
        true);
  }

  private static List<String> capabilities() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < CapabilityCalls.count(); i++) {
      names.add(CapabilityCalls.name(i));
    }
    return names;
  }

  /** The filter flags that a config may name, or those of them that this kernel takes. */
  private List<String> flags(boolean supported) {
    return supported
        ? KernelProbes.seccompFlags(new SeccompCalls(kernel))
        : List.copyOf(SeccompCalls.FLAG_NAMES.keySet());
  }

  private static List<String> words(Object[] values) {
    List<String> words = new ArrayList<>(values.length);
    for (Object value : values) {
      words.add(value.toString());
    }
    return words;
  }
}
