package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.RecordingKernel;
import java.util.List;

/** Applies a step to a recording kernel, with procfs as descriptor 4. */
final class ProcessSteps {
  private ProcessSteps() {}

  static Inside inside(RecordingKernel kernel) {
    return new Inside(kernel, null, new ProcFs(kernel, new Fd(kernel, 4, "proc")));
  }

  /** The strace lines of a step. */
  static List<String> lines(Step step) {
    RecordingKernel kernel = new RecordingKernel();
    step.apply(inside(kernel));
    return kernel.lines();
  }
}
