package dev.proa.timeline;

import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.TimingKernel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a command did and when, from its begin to {@link #write}. */
public final class Timeline {
  /** The end of a file's name that asks for OpenTelemetry's form. */
  private static final String OTLP = ".otlp.json";

  private final Kernel kernel;
  private final TimingKernel timing;
  private final Traceparent trace;
  private final String file;
  private final Fd out;
  private final String command;
  private final long begin;
  private final long beginOfDay;

  private Timeline(Kernel kernel, String file, Fd out, String command, Traceparent trace) {
    this.kernel = kernel;
    this.file = file;
    this.out = out;
    this.command = command;
    this.trace = trace;
    this.timing = new TimingKernel(kernel, trace.toString());
    Instant now = Instant.parse(new ClockCalls(kernel).now());
    begin = System.nanoTime();
    beginOfDay = now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /**
   * Begins.
   *
   * @param file what is written in the end; opened now, so that a wrong path stops the command
   * @param command what is done, as {@code create web}
   * @param traceparent the caller's TRACEPARENT, or null
   */
  public static Timeline begin(Kernel kernel, String file, String command, String traceparent) {
    int flags = FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_TRUNC;
    Fd out = new FileCalls(kernel).open(Fd.CWD, file, flags, 0644);
    return new Timeline(kernel, file, out, command, Traceparent.of(kernel, traceparent));
  }

  /** The kernel whose calls are timed. */
  public Kernel kernel() {
    return timing;
  }

  /** Ends, and writes the file. */
  public void write() {
    long end = System.nanoTime();
    List<Lane> lanes = lanes(timing.tracks(), end);
    byte[] text =
        file.endsWith(OTLP)
            ? OtlpSpans.of(lanes, command, trace, beginOfDay - begin, begin, end)
            : ChromeTrace.of(lanes, command, begin, end);
    try (out) {
      new FileCalls(kernel).writeAll(out, text);
    }
  }

  private List<Lane> lanes(List<TimingKernel.Track> tracks, long end) {
    int own = new ProcessCalls(kernel).getpid();
    List<Lane> lanes = new ArrayList<>(tracks.size());
    for (TimingKernel.Track track : tracks) {
      lanes.add(Lane.of(track, track.cause() == null ? own : track.pid(), end));
    }
    return lanes;
  }
}
