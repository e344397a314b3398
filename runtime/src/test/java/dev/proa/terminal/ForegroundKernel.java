package dev.proa.terminal;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.SignalCalls;
import dev.proa.kernel.Sysno;
import java.util.ArrayDeque;
import java.util.Deque;

/** Plays the signals and the children of a runtime that waits in the foreground. */
final class ForegroundKernel {
  static final int SIGNALFD = 50;

  final RecordingKernel kernel = new RecordingKernel();

  /** What each read of the signalfd brings. */
  final Deque<int[]> signals = new ArrayDeque<>();

  /** What each wait4 answers: pid and status; then nobody has ended, or with -1 nobody is left. */
  final Deque<int[]> children = new ArrayDeque<>();

  ForegroundKernel() {
    kernel
        .on(Sysno.SIGNALFD4, call -> SIGNALFD)
        .on(
            Sysno.RT_SIGPROCMASK,
            call -> {
              if (call.args().get(2) instanceof Arg.Memory old) {
                Bytes.putLong(old.bytes(), 0, 1);
              }
              return 0;
            })
        .on(call -> call.number() == Sysno.READ && fd(call) == SIGNALFD, this::readSignals)
        .on(Sysno.PPOLL, call -> 1)
        .on(
            Sysno.WAIT4,
            call -> {
              if (children.isEmpty()) {
                return 0;
              }
              int[] child = children.removeFirst();
              if (child[0] < 0) {
                return -Errno.ECHILD.value();
              }
              Bytes.putInt(memory(call, 1), 0, child[1]);
              return child[0];
            });
  }

  static byte[] memory(Call call, int index) {
    return ((Arg.Memory) call.args().get(index)).bytes();
  }

  static long fd(Call call) {
    return ((Arg.Value) call.args().get(0)).value();
  }

  private long readSignals(Call call) {
    if (signals.isEmpty()) {
      return -Errno.EAGAIN.value();
    }
    int[] now = signals.removeFirst();
    for (int i = 0; i < now.length; i++) {
      Bytes.putInt(memory(call, 1), i * SignalCalls.SIGINFO_SIZE, now[i]);
    }
    return (long) now.length * SignalCalls.SIGINFO_SIZE;
  }
}
