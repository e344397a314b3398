package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.Kernel;
import java.util.List;

/** A section that comes down to system calls which are all known before the container exists. */
final class CallsStep implements Step {
  private final String section;
  private final List<Call> calls;

  CallsStep(String section, Call... calls) {
    this.section = section;
    this.calls = List.of(calls);
  }

  @Override
  public String section() {
    return section;
  }

  @Override
  public void apply(Inside inside) {
    Kernel kernel = inside.kernel();
    for (int i = 0; i < calls.size(); i++) {
      kernel.must(calls.get(i));
    }
  }
}
