package dev.proa.fuzz;

import dev.proa.cgroup.CgroupFuzz;
import dev.proa.cgroup.systemd.SystemdFuzz;
import dev.proa.cli.CliFuzz;
import dev.proa.criu.CriuFuzz;
import dev.proa.operation.OperationFuzz;
import dev.proa.seccomp.SeccompFuzz;
import dev.proa.setup.SetupFuzz;
import dev.proa.spec.InvalidSpecException;
import dev.proa.spec.Specs;
import dev.proa.state.StateFuzz;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The fuzz targets by name, and the entry point of Jazzer's driver. */
public final class Fuzz {
  private static final Map<String, Consumer<byte[]>> TARGETS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("config", Fuzz::config),
              Map.entry("process", Fuzz::process),
              Map.entry("resources", Fuzz::resources),
              Map.entry("seccomp", SeccompFuzz::section),
              Map.entry("mount-options", SetupFuzz::mountOptions),
              Map.entry("passwd", SetupFuzz::passwd),
              Map.entry("number-list", SetupFuzz::numberList),
              Map.entry("sysctl", SetupFuzz::sysctl),
              Map.entry("cgroups-path", CgroupFuzz::path),
              Map.entry("cgroup-layout", CgroupFuzz::layout),
              Map.entry("unit-name", SystemdFuzz::unitName),
              Map.entry("unit-property", SystemdFuzz::property),
              Map.entry("state", StateFuzz::state),
              Map.entry("exec-user", OperationFuzz::user),
              Map.entry("quantity", OperationFuzz::quantity),
              Map.entry("duration", CliFuzz::duration),
              Map.entry("criu-wire", CriuFuzz::wire)));

  private static Consumer<byte[]> target;

  private Fuzz() {}

  static Map<String, Consumer<byte[]>> targets() {
    return TARGETS;
  }

  /** Called by Jazzer with its {@code --target_args}: the name of one target. */
  public static void fuzzerInitialize(String[] args) {
    target = TARGETS.get(args[0]);
    if (target == null) {
      throw new IllegalArgumentException("no target " + args[0] + " among " + TARGETS.keySet());
    }
  }

  /** Called by Jazzer for each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    target.accept(input);
  }

  private static void config(byte[] input) {
    document(() -> Specs.load("config.json", input), input);
  }

  private static void process(byte[] input) {
    document(() -> Specs.process("process.json", input), input);
  }

  private static void resources(byte[] input) {
    document(() -> Specs.resources("resources.json", input), input);
  }

  /** A document is read or refused with at least one reason, each with its place in the text. */
  private static void document(Runnable read, byte[] input) {
    try {
      read.run();
    } catch (InvalidSpecException e) {
      if (e.violations().isEmpty()) {
        throw new AssertionError("refused without a reason", e);
      }
      e.violations()
          .forEach(
              violation -> {
                if (violation.line() < 1
                    || violation.column() < 1
                    || violation.line() > input.length + 1) {
                  throw new AssertionError("no place in the text: " + violation, e);
                }
              });
    }
  }
}
