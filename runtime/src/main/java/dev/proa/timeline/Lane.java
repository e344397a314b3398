package dev.proa.timeline;

import dev.proa.kernel.Sysno;
import dev.proa.kernel.TimingKernel;
import java.util.ArrayList;
import java.util.List;

/**
 * One process's phases, each with its calls.
 *
 * @param name what the process is
 */
record Lane(int pid, String name, List<Phase> phases) {
  /** Calls of one purpose in a row. */
  record Phase(String name, long start, long end, List<Span> calls) {}

  /**
   * A call.
   *
   * @param name as {@code openat}
   * @param text as strace writes it; empty where none could be made
   * @param result what it returned, or null where it did not come back: execve(2), exit_group(2)
   */
  record Span(String name, String text, long start, long end, Long result) {}

  /**
   * Of what was collected.
   *
   * @param end when the collection ended: a call without an end was then at work, or had executed a
   *     program
   */
  static Lane of(TimingKernel.Track track, int pid, long end) {
    List<Phase> phases = new ArrayList<>();
    String name = track.cause() == null ? "begin" : "cloned";
    List<Span> calls = new ArrayList<>();
    long start = track.events().isEmpty() ? end : track.events().getFirst().start();
    boolean executed = false;
    for (TimingKernel.Event event : track.events()) {
      if (event.number() == null) {
        add(phases, name, start, event.start(), calls);
        name = event.text().isEmpty() ? "process.args" : event.text();
        calls = new ArrayList<>();
        start = event.start();
      } else {
        executed |= event.number() == Sysno.EXECVE && event.end() == 0;
        calls.add(span(event));
      }
    }
    long last = calls.isEmpty() ? start : calls.getLast().end();
    add(phases, name, start, last, calls);
    return new Lane(pid, name(track.cause(), executed), phases);
  }

  private static String name(String cause, boolean executed) {
    if (cause == null) {
      return "proa";
    }
    return cause.startsWith("hooks.") ? cause : executed ? "init" : "child";
  }

  private static void add(List<Phase> phases, String name, long start, long end, List<Span> calls) {
    if (!calls.isEmpty()) {
      phases.add(new Phase(name, start, end, calls));
    }
  }

  private static Span span(TimingKernel.Event event) {
    boolean back = event.end() != 0;
    return new Span(
        event.number().toString(),
        event.text(),
        event.start(),
        back ? event.end() : event.start(),
        back ? (Long) event.result() : null);
  }
}
