package dev.proa.hook;

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
import dev.proa.spec.Hook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One hook as a process: forked, fed with the state, listened to, waited for. */
final class HookProcess implements AutoCloseable {
  private static final long SECOND = 1_000_000_000L;
  private static final int BUFFER = 4096;
  private static final int PIPE = 65536;

  // Where each descriptor stands in the array that ppoll(2) takes.
  private static final int IN = 0;
  private static final int OUT = 1;
  private static final int ERR = 2;
  private static final int END = 3;

  private final Kernel kernel;
  private final DescriptorCalls descriptors;
  private final ProcessCalls processes;
  private final Hook hook;
  private final Call execve;
  private final Tail out = new Tail();
  private final Tail err = new Tail();

  private Fd[] stdin;
  private Fd[] stdout;
  private Fd[] stderr;
  private Fd[] failure;
  private Fd pidfd;

  HookProcess(Kernel kernel, Hook hook, List<String> env) {
    this.kernel = kernel;
    this.descriptors = new DescriptorCalls(kernel);
    this.processes = new ProcessCalls(kernel);
    this.hook = hook;
    this.execve =
        ProcessCalls.execve(
            hook.path(),
            hook.args().isEmpty() ? List.of(hook.path()) : hook.args(),
            environment(kernel, hook.env().isEmpty() ? env : hook.env()));
  }

  private static List<String> environment(Kernel kernel, List<String> env) {
    String parent = kernel.traceparent();
    if (parent == null) {
      return env;
    }
    List<String> traced = new ArrayList<>(env);
    traced.add("TRACEPARENT=" + parent);
    return traced;
  }

  /**
   * Runs it to its end.
   *
   * @return why it failed, in runc's words, or null
   * @throws KernelException if it cannot be run or heard; it is killed then
   */
  String run(byte[] state) {
    stdin = descriptors.pipe();
    stdout = descriptors.pipe();
    stderr = descriptors.pipe();
    failure = descriptors.pipe();
    int pid = processes.fork();
    if (pid == 0) {
      become();
    }
    try {
      return accompany(pid, state);
    } catch (KernelException e) {
      if (!e.is(Errno.ECHILD)) { // else it has ended, and the pid may be another's
        kernel.call(ProcessCalls.kill(pid, Signal.SIGKILL));
        processes.wait4(pid, ProcessCalls.WALL);
      }
      throw e;
    }
  }

  private String accompany(int pid, byte[] state) {
    stdin[0].close();
    stdout[1].close();
    stderr[1].close();
    failure[1].close();
    Errno errno = readFailure();
    if (errno != null) {
      processes.wait4(pid, ProcessCalls.WALL);
      return "fork/exec " + hook.path() + ": " + errno;
    }
    pidfd = processes.pidfdOpen(pid);
    descriptors.setNonBlocking(stdin[1], true);
    descriptors.setNonBlocking(stdout[0], true);
    descriptors.setNonBlocking(stderr[0], true);
    // A hook need not read its state: the pipe is then closed under the write.
    byte[] before = SignalCalls.ignore(kernel, Signal.SIGPIPE);
    boolean inTime = attend(state);
    // A blocked signal is kept though it is ignored; to ignore it again discards it (sigaction(2)).
    SignalCalls.ignore(kernel, Signal.SIGPIPE);
    kernel.must(SignalCalls.restore(Signal.SIGPIPE, before));
    if (!inTime) {
      kernel.call(ProcessCalls.pidfdSendSignal(pidfd, Signal.SIGKILL));
    }
    WaitStatus status = processes.wait4(pid, ProcessCalls.WALL);
    if (!inTime) {
      return "hook ran past specified timeout of " + hook.timeout() + ".0s";
    }
    if (status.code() == 0) {
      return null;
    }
    // What a child of the hook still holds open is not waited for.
    read(stdout[0], out);
    read(stderr[0], err);
    return status + ", stdout: " + out + ", stderr: " + err;
  }

  /** The child: takes its stdio and executes the hook; never returns. */
  private void become() {
    int errno = Errno.EIO.value();
    try {
      // Nothing of the runtime's own: the signals it ignores and blocks, its descriptors.
      kernel.must(SignalCalls.setDefault(Signal.SIGPIPE));
      kernel.must(SignalCalls.setMask(0));
      descriptors.place(stdin[0], 0);
      descriptors.place(stdout[1], 1);
      descriptors.place(stderr[1], 2);
      kernel.call(DescriptorCalls.closeFrom(3, DescriptorCalls.CLOSE_RANGE_CLOEXEC));
      errno = (int) -kernel.call(execve);
    } catch (KernelException e) {
      errno = e.errno().value();
    } finally {
      byte[] bytes = new byte[4];
      Bytes.putInt(bytes, 0, errno);
      kernel.call(Call.of(Sysno.WRITE, failure[1].arg(), Arg.bytes(bytes), Arg.of(bytes.length)));
      kernel.call(ProcessCalls.exit(127));
    }
    throw new IllegalStateException("exit_group returned");
  }

  /** The errno of a failed execve, or null once it worked, which closes the pipe. */
  private Errno readFailure() {
    byte[] bytes = new byte[4];
    Call read = Call.of(Sysno.READ, failure[0].arg(), Arg.out(bytes), Arg.of(bytes.length));
    long count;
    do {
      count = kernel.call(read);
    } while (count == -Errno.EINTR.value());
    return count == 4 ? Errno.of(Bytes.getInt(bytes, 0)) : null;
  }

  /**
   * Writes the state and reads the output until the hook ends. All at once: a hook that writes a
   * lot before it reads must not stop, nor one that never reads.
   *
   * @return false when its time ran out
   */
  private boolean attend(byte[] state) {
    byte[] polls = new byte[8 * 4];
    watch(polls, IN, stdin[1].number(), DescriptorCalls.POLLOUT);
    watch(polls, OUT, stdout[0].number(), DescriptorCalls.POLLIN);
    watch(polls, ERR, stderr[0].number(), DescriptorCalls.POLLIN);
    watch(polls, END, pidfd.number(), DescriptorCalls.POLLIN);
    long deadline = hook.timeout() == null ? 0 : System.nanoTime() + hook.timeout() * SECOND;
    int written = 0;
    while (true) {
      long left = -1;
      if (hook.timeout() != null) {
        left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
      }
      if (descriptors.poll(polls, 4, left) == 0) {
        continue;
      }
      if (ready(polls, IN)) {
        written = write(state, written);
        if (written >= state.length) {
          stdin[1].close(); // the hook reads the end of its input
          watch(polls, IN, -1, 0);
        }
      }
      if (ready(polls, OUT) && !read(stdout[0], out)) {
        watch(polls, OUT, -1, 0);
      }
      if (ready(polls, ERR) && !read(stderr[0], err)) {
        watch(polls, ERR, -1, 0);
      }
      if (ready(polls, END)) {
        return true;
      }
    }
  }

  /** How far it is written now; all of it where the hook does not read it (EPIPE). */
  private int write(byte[] state, int written) {
    byte[] rest = written == 0 ? state : Arrays.copyOfRange(state, written, state.length);
    long count =
        kernel.call(Call.of(Sysno.WRITE, stdin[1].arg(), Arg.bytes(rest), Arg.of(rest.length)));
    if (count == -Errno.EAGAIN.value() || count == -Errno.EINTR.value()) {
      return written;
    }
    return count < 0 ? state.length : written + (int) count;
  }

  /**
   * Reads what is there, but no more than a pipe holds: a hook that writes without end must not
   * keep its timeout from being looked at.
   *
   * @return false at the end
   */
  private boolean read(Fd fd, Tail tail) {
    byte[] buffer = new byte[BUFFER];
    Call read = Call.of(Sysno.READ, fd.arg(), Arg.out(buffer), Arg.of(buffer.length));
    for (int i = 0; i < PIPE / BUFFER; i++) {
      long count = kernel.call(read);
      if (count <= 0) {
        return count == -Errno.EAGAIN.value() || count == -Errno.EINTR.value();
      }
      tail.take(buffer, (int) count);
    }
    return true;
  }

  private static void watch(byte[] polls, int index, int fd, int events) {
    Bytes.putInt(polls, 8 * index, fd);
    Bytes.putInt(polls, 8 * index + 4, events);
  }

  private static boolean ready(byte[] polls, int index) {
    return Bytes.getShort(polls, 8 * index + 6) != 0;
  }

  @Override
  public void close() {
    for (Fd[] pipe : new Fd[][] {stdin, stdout, stderr, failure}) {
      if (pipe != null) {
        pipe[0].close();
        pipe[1].close();
      }
    }
    if (pidfd != null) {
      pidfd.close();
    }
  }
}
