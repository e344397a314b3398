package dev.proa.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A kernel that times the calls of another one, in this process and in all that are cloned from it.
 *
 * <p>What is written down lies in memory that is shared with the clones: each has a part of it,
 * given out by whoever clones. So nothing has to be sent back, nothing is open that a container
 * could inherit, and execve(2) takes it away. Once a seccomp filter is loaded no text is made any
 * more, so that nothing is allocated and only the calls themselves reach the kernel.
 */
public final class TimingKernel implements Kernel {
  private static final int PARTS = 24;
  private static final int PART = 1 << 19;
  private static final int HEADER = 4096;

  // An event: start, end and result, the part of a clone, what it is and its text's length; text.
  private static final int START = 0;
  private static final int END = 8;
  private static final int RESULT = 16;
  private static final int CLONE = 24;
  private static final int KIND = 32;
  private static final int LENGTH = 40;
  private static final int TEXT = 48;
  private static final int PHASE = -1;
  private static final int LONGEST = 512;
  private static final byte[] NO_TEXT = {};
  private static final long SECOND = 1_000_000_000L;

  private final Kernel kernel;
  private final LibC libc = new LibC();
  private final String traceparent;
  private final long memory;
  private long part;
  private boolean filtered;

  /**
   * A phase or a call.
   *
   * @param start nanoseconds of CLOCK_MONOTONIC as the first process counts
   * @param end the same; 0 for a call that did not come back and for a phase
   * @param result of a call
   * @param number null for a phase
   * @param text the phase's name, or the call as strace writes it
   */
  public record Event(long start, long end, long result, Sysno number, String text) {}

  /**
   * What one process did.
   *
   * @param pid its pid as the one that cloned it sees it; 0 for the first
   * @param cause the phase in which it was cloned; null for the first
   */
  public record Track(int pid, String cause, List<Event> events) {}

  /**
   * Over the kernel that makes the calls.
   *
   * @param traceparent what hooks get
   */
  public TimingKernel(Kernel kernel, String traceparent) {
    this.kernel = kernel;
    this.traceparent = traceparent;
    memory =
        kernel.must(
            Call.of(
                Sysno.MMAP,
                Arg.NULL,
                Arg.of(HEADER + (long) PARTS * PART),
                Arg.named(3, "PROT_READ|PROT_WRITE"),
                Arg.named(0x21, "MAP_SHARED|MAP_ANONYMOUS"),
                Arg.of(-1),
                Arg.of(0)));
    libc.putLong(memory, 1); // the first part is this process's
    part = memory + HEADER;
    libc.putLong(part, Long.BYTES);
  }

  @Override
  public String traceparent() {
    return traceparent;
  }

  @Override
  public void phase(String section) {
    if (!section.isEmpty()) {
      byte[] text = filtered ? NO_TEXT : section.getBytes(StandardCharsets.UTF_8);
      begin(PHASE, text);
    }
  }

  @Override
  public long call(Call call) {
    byte[] text = filtered ? NO_TEXT : call.toString().getBytes(StandardCharsets.UTF_8);
    Sysno number = call.number();
    long clone = number == Sysno.CLONE3 ? reserve() : 0;
    long event = begin(number.number(), text);
    long result = kernel.call(call);
    if (number == Sysno.CLONE3 && result == 0) {
      part = clone;
      return 0;
    }
    if (event != 0) {
      libc.putLong(event + END, System.nanoTime());
      libc.putLong(event + RESULT, result);
      libc.putLong(event + CLONE, clone);
    }
    filtered |= number == Sysno.SECCOMP && result >= 0;
    return result;
  }

  /** A part for the next clone; 0 when all are given out, and what that one does is not told. */
  private long reserve() {
    long count = libc.getLong(memory);
    if (count >= PARTS) {
      return 0;
    }
    libc.putLong(memory, count + 1);
    long reserved = memory + HEADER + count * PART;
    libc.putLong(reserved, Long.BYTES);
    return reserved;
  }

  /** Begins an event; its address, or 0 where there is no room left. */
  private long begin(int kind, byte[] text) {
    if (part == 0) {
      return 0;
    }
    long used = libc.getLong(part);
    int length = Math.min(text.length, LONGEST);
    long next = (used + TEXT + length + 7) & ~7L;
    if (next > PART) {
      return 0;
    }
    long event = part + used;
    libc.putLong(event + KIND, kind);
    libc.putLong(event + LENGTH, length);
    if (length > 0) {
      libc.put(event + TEXT, length == text.length ? text : Arrays.copyOf(text, length));
    }
    libc.putLong(event + END, 0);
    libc.putLong(part, next);
    libc.putLong(event + START, System.nanoTime());
    return event;
  }

  /** What the processes did so far, the first one first. */
  public List<Track> tracks() {
    List<Track> tracks = new ArrayList<>();
    read(memory + HEADER, 0, null, 0, tracks);
    return tracks;
  }

  private static Sysno sysno(int number) {
    for (Sysno sysno : Sysno.values()) {
      if (sysno.number() == number) {
        return sysno;
      }
    }
    throw new IllegalStateException("no call of proa's: " + number);
  }

  private void read(long from, int pid, String cause, long cloned, List<Track> tracks) {
    List<Event> events = new ArrayList<>();
    tracks.add(new Track(pid, cause, events));
    String phase = "";
    long used = libc.getLong(from);
    long shift = 0;
    for (long at = from + Long.BYTES; at < from + used; ) {
      long start = libc.getLong(at + START);
      if (events.isEmpty() && cloned != 0 && Math.abs(start - cloned) > SECOND) {
        shift = cloned - start; // a time namespace has a clock of its own
      }
      long end = libc.getLong(at + END);
      long result = libc.getLong(at + RESULT);
      int kind = (int) libc.getLong(at + KIND);
      byte[] text = new byte[(int) libc.getLong(at + LENGTH)];
      libc.get(at + TEXT, text);
      Sysno number = kind == PHASE ? null : sysno(kind);
      events.add(
          new Event(
              start + shift,
              end == 0 ? 0 : end + shift,
              result,
              number,
              new String(text, StandardCharsets.UTF_8)));
      phase = number == null ? events.getLast().text() : phase;
      long clone = libc.getLong(at + CLONE);
      if (number == Sysno.CLONE3 && clone != 0) {
        read(clone, (int) result, phase, start + shift, tracks);
      }
      at = (at + TEXT + text.length + 7) & ~7L;
    }
  }
}
