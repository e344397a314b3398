package dev.proa.hook;

import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.spec.Hook;
import dev.proa.spec.Hooks;
import java.util.List;

/**
 * Runs the hooks of one kind, in their order: config.md, POSIX-platform Hooks. The first that fails
 * is the last that runs.
 */
public final class HookRunner {
  private final Kernel kernel;

  /** Over that kernel; hooks run in the namespaces of the process that calls {@link #run}. */
  public HookRunner(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Refuses what the spec forbids before anything has happened.
   *
   * @throws HookException for a path that is not absolute or a timeout that is not positive
   */
  public static void check(Hooks hooks) {
    check("prestart", hooks.prestart());
    check("createRuntime", hooks.createRuntime());
    check("createContainer", hooks.createContainer());
    check("startContainer", hooks.startContainer());
    check("poststart", hooks.poststart());
    check("poststop", hooks.poststop());
  }

  private static void check(String kind, List<Hook> hooks) {
    for (int i = 0; i < hooks.size(); i++) {
      Hook hook = hooks.get(i);
      if (!hook.path().startsWith("/")) {
        throw new HookException(
            kind + " hook #" + i + ": path \"" + hook.path() + "\" is not absolute");
      }
      if (hook.timeout() != null && hook.timeout() <= 0) {
        throw new HookException(
            kind + " hook #" + i + ": timeout " + hook.timeout() + " is not greater than zero");
      }
    }
  }

  private static HookException failure(String kind, int index, String reason) {
    return new HookException("error running " + kind + " hook #" + index + ": " + reason);
  }

  /**
   * Runs them and waits for each.
   *
   * @param kind as the config names it, {@code createRuntime}
   * @param state the container's state as JSON, which each gets on its stdin
   * @param env for hooks that have none of their own: the process's for startContainer, as in runc,
   *     and nothing for the others
   * @throws HookException {@code error running KIND hook #N: REASON}, N from 0
   */
  public void run(String kind, List<Hook> hooks, byte[] state, List<String> env) {
    for (int i = 0; i < hooks.size(); i++) {
      Hook hook = hooks.get(i);
      try (HookProcess process = new HookProcess(kernel, hook, env)) {
        String failure = process.run(state);
        if (failure != null) {
          throw failure(kind, i, failure);
        }
      } catch (KernelException e) {
        throw failure(kind, i, e.getMessage());
      }
    }
  }
}
