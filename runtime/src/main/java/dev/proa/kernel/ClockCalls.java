package dev.proa.kernel;

import java.time.Instant;

/** Time: clock_gettime(2) and nanosleep(2). */
public final class ClockCalls {
  private static final int CLOCK_REALTIME = 0;
  private static final int CLOCK_MONOTONIC = 1;

  private final Kernel kernel;

  /** Over that kernel. */
  public ClockCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /** The time of day in RFC 3339 with fractions of a second, in UTC. */
  public String now() {
    byte[] timespec = read(CLOCK_REALTIME, "CLOCK_REALTIME");
    return Instant.ofEpochSecond(Bytes.getLong(timespec, 0), Bytes.getLong(timespec, 8)).toString();
  }

  /** Nanoseconds of a clock that only goes forward. */
  public long monotonicNanos() {
    byte[] timespec = read(CLOCK_MONOTONIC, "CLOCK_MONOTONIC");
    return Bytes.getLong(timespec, 0) * 1_000_000_000L + Bytes.getLong(timespec, 8);
  }

  private byte[] read(int clock, String name) {
    byte[] timespec = new byte[16];
    kernel.must(Call.of(Sysno.CLOCK_GETTIME, Arg.named(clock, name), Arg.out(timespec)));
    return timespec;
  }

  /** Sleeps that many nanoseconds, or shorter where a signal comes. */
  public void sleep(long nanos) {
    byte[] timespec = new byte[16];
    Bytes.putLong(timespec, 0, nanos / 1_000_000_000L);
    Bytes.putLong(timespec, 8, nanos % 1_000_000_000L);
    kernel.call(Call.of(Sysno.NANOSLEEP, Arg.bytes(timespec), Arg.NULL));
  }
}
