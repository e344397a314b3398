package dev.proa.operation;

import dev.proa.kernel.Bytes;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.NotifyCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.SeccompCalls;
import dev.proa.kernel.SocketCalls;
import dev.proa.seccomp.Filter;
import dev.proa.seccomp.Learned;
import dev.proa.seccomp.ProfileFile;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.linux.Seccomp;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Learns which system calls a container makes: {@code run --seccomp-learn}.
 *
 * <p>The container gets a filter that asks about every call. Who answers is a process of its own,
 * cloned from the runtime before the container is made, because the runtime has one thread and
 * waits for the container's own messages meanwhile. It lets each call pass and remembers it, from
 * the first execve(2) of the container's process on: those before are the runtime's. When nobody
 * with the filter is left, it writes the profile.
 */
final class SeccompLearner {
  private static final int LARGEST = 64 * 1024;

  private final Kernel kernel;
  private final String file;
  private final String socketPath;
  private final int flags;
  private Fd done;

  /**
   * @param file where the profile goes; what it allows already stays allowed
   */
  SeccompLearner(Kernel kernel, String file) {
    this.kernel = kernel;
    this.file = file;
    this.socketPath = file + ".sock";
    boolean killable =
        new SeccompCalls(kernel)
            .knowsFlags(SeccompCalls.NEW_LISTENER | SeccompCalls.WAIT_KILLABLE_RECV);
    // Else a signal interrupts a call that waits, and a program with many never gets on.
    flags = SeccompCalls.SPEC_ALLOW | (killable ? SeccompCalls.WAIT_KILLABLE_RECV : 0);
  }

  /** The filter of the container. */
  Filter filter() {
    return Learned.everything(flags);
  }

  /** The section by which the runtime finds the learner. */
  Seccomp section() {
    return new Seccomp(
        Seccomp.Action.SCMP_ACT_NOTIFY, null, List.of(), List.of(), socketPath, null, List.of());
  }

  /** Clones the learner, which listens from now on. */
  void begin() {
    Learned learned = new Learned();
    FileCalls files = new FileCalls(kernel);
    if (files.exists(Fd.CWD, file)) {
      learned.add(ProfileFile.read(file, files.readFile(Fd.CWD, file)));
    }
    SocketCalls sockets = new SocketCalls(kernel);
    Fd socket = sockets.socket(SocketCalls.SOCK_STREAM);
    int slash = socketPath.lastIndexOf('/');
    String folder = slash == 0 ? "/" : socketPath.substring(0, slash);
    try (Fd directory = files.open(folder, FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      sockets.bind(socket, directory.procPath() + socketPath.substring(slash));
    }
    sockets.listen(socket, 1);
    Fd[] pipe = new DescriptorCalls(kernel).pipe();
    if (new ProcessCalls(kernel).fork() == 0) {
      pipe[0].close();
      learn(socket, learned, pipe[1]);
    }
    pipe[1].close();
    socket.close();
    done = pipe[0];
  }

  /**
   * Waits until the profile is written.
   *
   * @throws OperationException if it could not be
   */
  void end() {
    String failure = new String(new FileCalls(kernel).readAll(done), StandardCharsets.UTF_8);
    done.close();
    if (!failure.isEmpty()) {
      throw new OperationException("--seccomp-learn: " + failure);
    }
  }

  /** There is no container after all: the learner ends too, without a profile. */
  void cancel() {
    try (Fd socket = new SocketCalls(kernel).socket(SocketCalls.SOCK_STREAM)) {
      new SocketCalls(kernel).connect(socket, socketPath); // a caller that says nothing
    } catch (KernelException e) {
      // It had its container, which is gone.
    }
    new FileCalls(kernel).readAll(done);
    done.close();
  }

  /** The learner's own process; never returns. */
  private void learn(Fd socket, Learned learned, Fd failure) {
    try {
      kernel.must(ProcessCalls.setsid()); // the terminal's signals are the container's
      answer(socket, learned);
    } catch (RuntimeException e) {
      String text = e.getMessage() == null ? e.toString() : e.getMessage();
      new FileCalls(kernel).writeAll(failure, text.getBytes(StandardCharsets.UTF_8));
    }
    kernel.call(ProcessCalls.exit(0));
  }

  private void answer(Fd socket, Learned learned) {
    SocketCalls sockets = new SocketCalls(kernel);
    FileCalls files = new FileCalls(kernel);
    Fd connection = sockets.accept(socket);
    files.unlink(Fd.CWD, socketPath);
    socket.close();
    SocketCalls.Message message = sockets.recvmsg(connection, LARGEST, 1);
    if (message.fds().isEmpty()) {
      return;
    }
    int init =
        (int)
            JsonDocument.parse("container process state", message.data())
                .root()
                .requiredLong("pid");
    connection.close();
    if (!listen(message.fds().getFirst(), init, learned)) {
      return;
    }
    try (Fd out =
        files.open(
            Fd.CWD, file, FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_TRUNC, 0644)) {
      files.writeAll(out, learned.toJson());
      files.writeAll(out, new byte[] {'\n'});
    }
  }

  /** Lets calls pass until nobody makes any; whether the container's program was executed. */
  private boolean listen(Fd listener, int init, Learned learned) {
    NotifyCalls calls = new NotifyCalls(kernel);
    DescriptorCalls descriptors = new DescriptorCalls(kernel);
    byte[] polls = new byte[8];
    boolean begun = false;
    while (true) {
      Bytes.putInt(polls, 0, listener.number());
      Bytes.putInt(polls, 4, DescriptorCalls.POLLIN);
      descriptors.poll(polls, 1, -1);
      int ready = Bytes.getShort(polls, 6);
      if ((ready & DescriptorCalls.POLLIN) == 0) {
        if ((ready & (DescriptorCalls.POLLHUP | DescriptorCalls.POLLERR)) != 0) {
          return begun; // nobody has the filter any more
        }
        continue;
      }
      NotifyCalls.Notification call = calls.receive(listener);
      if (call == null) {
        continue;
      }
      begun |= call.pid() == init && Learned.isExec(call.audit(), call.number());
      if (begun) {
        learned.add(call.audit(), call.number());
      }
      calls.proceed(listener, call);
    }
  }
}
