package dev.proa.operation;

import dev.proa.hook.HookException;
import dev.proa.hook.HookRunner;
import dev.proa.hook.HookState;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.spec.Hook;
import dev.proa.spec.State;
import dev.proa.state.ContainerState;
import java.util.ArrayList;
import java.util.List;

/** The hooks that run outside the container's making: poststart and poststop. */
final class Hooks {
  private Hooks() {}

  /**
   * Runs the poststart hooks.
   *
   * @throws OperationException if one fails; the container is killed then (runtime.md, Lifecycle)
   */
  static void poststart(Kernel kernel, Container container) {
    ContainerState state = container.state();
    if (state.poststart().isEmpty()) {
      return;
    }
    kernel.phase("hooks.poststart");
    try {
      new HookRunner(kernel)
          .run("poststart", state.poststart(), stateText(state, State.Status.RUNNING), List.of());
    } catch (HookException e) {
      kernel.call(ProcessCalls.kill(state.initProcessPid(), Signal.SIGKILL));
      throw e;
    }
  }

  /**
   * Runs the poststop hooks, each of them: a failure is to be logged and stops neither the others
   * nor the deletion (runtime.md, Lifecycle).
   *
   * @return what failed, one sentence each
   */
  static List<String> poststop(Kernel kernel, ContainerState state) {
    List<String> failures = new ArrayList<>();
    for (Hook hook : state.poststop()) {
      try {
        new HookRunner(kernel)
            .run("poststop", List.of(hook), stateText(state, State.Status.STOPPED), List.of());
      } catch (HookException e) {
        failures.add(e.getMessage());
      }
    }
    return failures;
  }

  /** The state as hooks get it on their standard input. */
  private static byte[] stateText(ContainerState state, State.Status status) {
    Integer pid = status == State.Status.STOPPED ? null : state.initProcessPid();
    return new HookState(state.ociVersion(), state.id(), state.bundle(), state.annotations())
        .text(status, pid);
  }
}
