package dev.proa.terminal;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.Signal;
import dev.proa.kernel.SignalCalls;
import dev.proa.kernel.Sysno;
import dev.proa.kernel.TerminalCalls;

/**
 * The caller's keyboard while something is shown again and again: raw, so that one key is enough,
 * and as it was again after {@link #close}, whatever signal asks for the end.
 */
public final class Keys implements AutoCloseable {
  private static final int CTRL_C = 3;
  private static final int CTRL_D = 4;
  private static final long ENDS =
      Signal.bit(Signal.SIGHUP)
          | Signal.bit(Signal.SIGINT)
          | Signal.bit(Signal.SIGQUIT)
          | Signal.bit(Signal.SIGTERM);

  private final Kernel kernel;
  private final Fd input;
  private final byte[] settings;
  private final long callersMask;
  private final Fd signals;
  private final byte[] polls = new byte[16];

  /** Takes over what {@code input} is open on, where it is a terminal. */
  public Keys(Kernel kernel, Fd input) {
    this.kernel = kernel;
    this.input = input;
    TerminalCalls terminals = new TerminalCalls(kernel);
    this.settings = terminals.attributes(input);
    this.callersMask = SignalCalls.swapMask(kernel, ENDS);
    this.signals = SignalCalls.signalfd(kernel, ENDS);
    if (settings != null) {
      kernel.call(TerminalCalls.setAttributes(input, TerminalCalls.raw(settings)));
    }
  }

  /**
   * Waits.
   *
   * @param nanos how long
   * @return whether q, ^C, ^D, the end of the input or a signal asked for the end meanwhile
   */
  public boolean end(long nanos) {
    Bytes.putInt(polls, 0, settings == null ? -1 : input.number());
    Bytes.putInt(polls, 4, DescriptorCalls.POLLIN);
    Bytes.putInt(polls, 8, signals.number());
    Bytes.putInt(polls, 12, DescriptorCalls.POLLIN);
    if (new DescriptorCalls(kernel).poll(polls, 2, nanos) == 0) {
      return false;
    }
    return Bytes.getShort(polls, 14) != 0 || (Bytes.getShort(polls, 6) != 0 && endKey());
  }

  private boolean endKey() {
    byte[] keys = new byte[64];
    long count = kernel.call(Call.of(Sysno.READ, input.arg(), Arg.out(keys), Arg.of(keys.length)));
    if (count == -Errno.EAGAIN.value() || count == -Errno.EINTR.value()) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (keys[i] == 'q' || keys[i] == 'Q' || keys[i] == CTRL_C || keys[i] == CTRL_D) {
        return true;
      }
    }
    return count <= 0;
  }

  /** Gives the terminal and the signal mask back. */
  @Override
  public void close() {
    if (settings != null) {
      kernel.call(TerminalCalls.setAttributes(input, settings));
    }
    signals.close();
    kernel.call(SignalCalls.setMask(callersMask));
  }
}
