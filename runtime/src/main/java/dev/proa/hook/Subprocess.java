package dev.proa.hook;

import dev.proa.kernel.Kernel;
import dev.proa.spec.Hook;
import java.util.List;

/** Runs a program of the host's to its end, as a hook is run but without a state to read. */
public final class Subprocess {
  private Subprocess() {}

  /**
   * Runs it with an empty environment.
   *
   * @param args its arguments, its name first
   * @return null, or how it failed with the end of what it printed
   */
  public static String run(Kernel kernel, String path, List<String> args) {
    try (HookProcess process =
        new HookProcess(kernel, new Hook(path, args, List.of(), null), List.of())) {
      return process.run(new byte[0]);
    }
  }
}
