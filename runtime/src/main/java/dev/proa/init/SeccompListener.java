package dev.proa.init;

import dev.proa.handshake.Channel;
import dev.proa.handshake.Message;
import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.kernel.Sysno;
import dev.proa.seccomp.Filter;

/**
 * Loads a filter with SCMP_ACT_NOTIFY and hands its listener to the runtime.
 *
 * <p>Whatever init calls to hand it over may itself be stopped by the filter, for an agent that has
 * no listener yet. So a helper process does it, which shares init's descriptors (CLONE_FILES) and
 * has no filter: it waits until the listener's number, known beforehand, is open.
 */
final class SeccompListener {
  private static final long CLONE_FILES = 0x400;
  private static final int ATTEMPTS = 100_000;
  private static final long PAUSE = 50_000; // 50 µs

  private final Kernel kernel;
  private final Channel channel;

  SeccompListener(Kernel kernel, Channel channel) {
    this.kernel = kernel;
    this.channel = channel;
  }

  void load(Filter filter) {
    int number = lowestFree();
    Call load = filter.loadCall();
    Arg status = Arg.out(new byte[4]);
    int helper = new ProcessCalls(kernel).clone3(CLONE_FILES, Signal.SIGCHLD, null);
    if (helper == 0) {
      help(number);
    }
    kernel.must(load);
    // Where the profile forbids even this the process finds a zombie to reap, and no harm.
    kernel.call(Call.of(Sysno.WAIT4, Arg.of(helper), status, Arg.of(0), Arg.NULL));
  }

  /** The number that the next descriptor gets. */
  private int lowestFree() {
    int number = (int) kernel.must(Call.of(Sysno.DUP, Arg.of(0)));
    kernel.call(Call.of(Sysno.CLOSE, Arg.of(number)));
    return number;
  }

  private void help(int number) {
    DescriptorCalls descriptors = new DescriptorCalls(kernel);
    ClockCalls clock = new ClockCalls(kernel);
    int status = 1;
    for (int i = 0; i < ATTEMPTS && status != 0; i++) {
      if (descriptors.isOpen(number)) {
        channel.sendFd(Message.Type.LISTENER, new Fd(kernel, number, "seccomp listener"));
        status = 0;
      } else {
        clock.sleep(PAUSE);
      }
    }
    kernel.call(ProcessCalls.exit(status));
  }
}
