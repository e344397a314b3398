package dev.proa.init;

import dev.proa.handshake.Channel;
import dev.proa.hook.HookException;
import dev.proa.kernel.KernelException;
import dev.proa.setup.Inside;
import dev.proa.setup.SetupException;
import dev.proa.setup.Step;
import java.util.List;

/** Applies the steps of a plan, and tells the runtime which failed. */
final class Steps {
  private Steps() {}

  /** Applies steps in their order; a failure names the section. */
  static void apply(List<Step> steps, Inside inside) {
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      inside.kernel().phase(step.section());
      try {
        step.apply(inside);
      } catch (KernelException | SetupException e) {
        String section = step.section();
        throw new SetupException(
            section.isEmpty() ? e.getMessage() : section + ": " + e.getMessage());
      }
    }
  }

  /** Tells the runtime, if it is still there: if it is not, nobody is left to tell. */
  static void report(Channel channel, Throwable e) {
    String text =
        e instanceof KernelException || e instanceof SetupException || e instanceof HookException
            ? e.getMessage()
            : "init: " + e;
    try {
      channel.fail(text);
    } catch (RuntimeException gone) {
      return;
    }
  }
}
