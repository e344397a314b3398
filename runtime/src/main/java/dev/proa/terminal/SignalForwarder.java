package dev.proa.terminal;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.kernel.SignalCalls;
import dev.proa.kernel.Sysno;
import dev.proa.kernel.WaitStatus;

/**
 * What the runtime does with signals while it waits in the foreground: they go to the container's
 * process, and children that ended are reaped.
 *
 * <p>Signals are blocked and read from a descriptor, so that one thread can wait for them and for
 * anything else at once, and none is lost that comes before the container has started.
 */
public final class SignalForwarder implements AutoCloseable {
  /** Faults of the program itself: blocked, they would kill it without a word. */
  private static final long FAULTS =
      Signal.bit(4) | Signal.bit(5) | Signal.bit(7) | Signal.bit(8) | Signal.bit(Signal.SIGSEGV);

  private static final int BATCH = 16;

  private final Kernel kernel;
  private final ProcessCalls processes;
  private final long callersMask;
  private final Fd signals;
  private final Call read;
  private final byte[] siginfos = new byte[BATCH * SignalCalls.SIGINFO_SIZE];
  private boolean resized;
  private WaitStatus end;

  private SignalForwarder(Kernel kernel, long callersMask, Fd signals) {
    this.kernel = kernel;
    this.processes = new ProcessCalls(kernel);
    this.callersMask = callersMask;
    this.signals = signals;
    this.read = Call.of(Sysno.READ, signals.arg(), Arg.out(siginfos), Arg.of(siginfos.length));
  }

  /** Blocks all signals and begins to collect them; before the container is made. */
  public static SignalForwarder begin(Kernel kernel) {
    // A caller that ignores SIGCHLD would have its children reaped by nobody's wait4.
    kernel.must(SignalCalls.setDefault(Signal.SIGCHLD));
    long old = SignalCalls.swapMask(kernel, ~FAULTS);
    return new SignalForwarder(kernel, old, SignalCalls.signalfd(kernel, ~FAULTS));
  }

  /** The mask that the caller had, which the container's process must get. */
  public long callersMask() {
    return callersMask;
  }

  /** The descriptor that is ready when a signal has come. */
  Fd signals() {
    return signals;
  }

  /** Waits for the container's process; how it ended, whose code is the command's. */
  public WaitStatus await(int pid) {
    return await(pid, null);
  }

  /**
   * Waits for the container's process.
   *
   * @param notify what the container's readiness is passed on from meanwhile, or null
   * @return how it ended; its code is the command's
   */
  public WaitStatus await(int pid, NotifySocket notify) {
    DescriptorCalls descriptors = new DescriptorCalls(kernel);
    byte[] polls = new byte[16];
    Bytes.putInt(polls, 0, signals.number());
    Bytes.putInt(polls, 4, DescriptorCalls.POLLIN);
    int count = notify == null ? 1 : 2;
    Bytes.putInt(polls, 8, notify == null ? -1 : notify.socket().number());
    Bytes.putInt(polls, 12, DescriptorCalls.POLLIN);
    // It may have ended before signals were blocked.
    reap(pid);
    while (end == null) {
      descriptors.poll(polls, count, -1);
      if (notify != null && Bytes.getShort(polls, 14) != 0 && notify.handle(processes.getpid())) {
        count = 1;
      }
      handle(pid);
    }
    return end;
  }

  /** Takes the signals that have come: forwards, reaps, notes a change of size. */
  void handle(int pid) {
    boolean children = false;
    long count = kernel.call(read);
    while (count > 0) {
      for (int at = 0; at < count; at += SignalCalls.SIGINFO_SIZE) {
        int signal = Bytes.getInt(siginfos, at);
        switch (signal) {
          case Signal.SIGCHLD -> children = true;
          case Signal.SIGWINCH -> resized = true;
          case Signal.SIGPIPE, Signal.SIGURG -> {
            // The runtime's own: a reader of its output that went away.
          }
          default -> forward(pid, signal);
        }
      }
      count = count < siginfos.length ? 0 : kernel.call(read);
    }
    if (children) {
      reap(pid);
    }
  }

  private void forward(int pid, int signal) {
    if (end == null) {
      // Not reaped yet, so the pid is still its own. ESRCH and the like change nothing here.
      kernel.call(ProcessCalls.kill(pid, signal));
    }
  }

  /** SIGCHLD comes once for many children: all that ended are reaped. */
  void reap(int pid) {
    while (true) {
      WaitStatus status;
      try {
        status = processes.wait4(-1, ProcessCalls.WNOHANG | ProcessCalls.WALL);
      } catch (KernelException e) {
        if (e.is(Errno.ECHILD)) {
          return;
        }
        throw e;
      }
      if (status == null) {
        return;
      }
      if (status.pid() == pid) {
        end = status;
      }
    }
  }

  /** How the process ended, or null as long as it runs. */
  public WaitStatus end() {
    return end;
  }

  /** Whether the terminal's size changed since this was asked last. */
  boolean takeResized() {
    boolean was = resized;
    resized = false;
    return was;
  }

  /** Gives the caller's signal mask back. */
  @Override
  public void close() {
    signals.close();
    kernel.call(SignalCalls.setMask(callersMask));
  }
}
