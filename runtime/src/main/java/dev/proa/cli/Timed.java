package dev.proa.cli;

import dev.proa.kernel.Environment;
import dev.proa.timeline.Timeline;

/** A command whose kernel calls are timed. */
final class Timed {
  private Timed() {}

  /** Runs it and writes the timeline, also of what fails. */
  static int run(Action action, Invocation invocation) {
    Timeline timeline =
        Timeline.begin(
            invocation.kernel(),
            invocation.absolute(action.timeline()),
            invocation.what(),
            Environment.get("TRACEPARENT"));
    try {
      return action.run(invocation.over(timeline.kernel()));
    } finally {
      timeline.write();
    }
  }
}
