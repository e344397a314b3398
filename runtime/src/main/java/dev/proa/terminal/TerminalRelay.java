package dev.proa.terminal;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Sysno;
import dev.proa.kernel.TerminalCalls;
import dev.proa.kernel.WaitStatus;

/**
 * Shows a container's terminal on the caller's: {@code run -t} and {@code exec -t} in the
 * foreground. The caller's terminal is raw meanwhile, and as it was again after {@link #close}.
 */
public final class TerminalRelay implements AutoCloseable {
  private static final int POLLS = 5;
  private static final int IN = 0;
  private static final int MASTER = 1;
  private static final int OUT = 2;
  private static final int SIGNALS = 3;
  private static final int NOTIFY = 4;

  /** How soon to look again at a terminal that nobody has open, in nanoseconds. */
  private static final long HUNG_UP_PAUSE = 50_000_000;

  private final Kernel kernel;
  private final DescriptorCalls descriptors;
  private final TerminalCalls terminals;
  private final SignalForwarder forwarder;
  private final Fd master;
  private final Fd callers;
  private final byte[] callersSettings;
  private final Stream input;
  private final Stream output;
  private final byte[] polls = new byte[8 * POLLS];
  private NotifySocket notifies;

  /**
   * Takes the caller's terminal over, where 0, 1 or 2 is one.
   *
   * @param forwarder has begun before the container was made
   * @param master the container's terminal; closed at the end
   */
  public TerminalRelay(Kernel kernel, SignalForwarder forwarder, Fd master) {
    this.kernel = kernel;
    this.descriptors = new DescriptorCalls(kernel);
    this.terminals = new TerminalCalls(kernel);
    this.forwarder = forwarder;
    this.master = master;
    // Not closed: they are the caller's.
    Fd in = new Fd(kernel, 0, "stdin");
    Fd out = new Fd(kernel, 1, "stdout");
    this.input = new Stream(kernel, in, master);
    this.output = new Stream(kernel, master, out);
    Fd found = null;
    byte[] settings = null;
    for (Fd fd : new Fd[] {new Fd(kernel, 2, "stderr"), out, in}) {
      if (settings == null) {
        settings = terminals.attributes(fd);
        found = settings == null ? null : fd;
      }
    }
    this.callers = found;
    this.callersSettings = settings;
    descriptors.setNonBlocking(master, true);
    byte[] own = terminals.attributes(master);
    if (own != null) {
      kernel.call(
          TerminalCalls.setAttributes(master, TerminalCalls.withoutNewlineTranslation(own)));
    }
    resize();
    if (callers != null) {
      kernel.call(TerminalCalls.setAttributes(callers, TerminalCalls.raw(settings)));
    }
  }

  private void resize() {
    int[] size = callers == null ? null : terminals.size(callers);
    if (size != null) {
      kernel.call(TerminalCalls.setSize(master, size[0], size[1]));
    }
  }

  /** Relays until the process ends and what it wrote is shown; how it ended. */
  public WaitStatus await(int pid) {
    return await(pid, null);
  }

  /**
   * Relays until the container's process ends and what it wrote is shown.
   *
   * @param notify what the container's readiness is passed on from meanwhile, or null
   * @return how it ended
   */
  public WaitStatus await(int pid, NotifySocket notify) {
    notifies = notify;
    forwarder.reap(pid); // it may have ended before signals were blocked
    while (forwarder.end() == null) {
      boolean pause = output.hungUp();
      watch(IN, input.wantsToRead(), DescriptorCalls.POLLIN);
      int onMaster =
          (output.wantsToRead() ? DescriptorCalls.POLLIN : 0)
              | (input.wantsToWrite() ? DescriptorCalls.POLLOUT : 0);
      watch(MASTER, onMaster != 0 && !pause, onMaster);
      watch(OUT, output.wantsToWrite(), DescriptorCalls.POLLOUT);
      watch(SIGNALS, true, DescriptorCalls.POLLIN);
      watch(NOTIFY, notifies != null, DescriptorCalls.POLLIN);
      int ready = descriptors.poll(polls, POLLS, pause ? HUNG_UP_PAUSE : -1);
      if (pause) {
        output.tryAgain();
      }
      if (ready > 0) {
        serve(pid);
      }
    }
    drain();
    return forwarder.end();
  }

  private void serve(int pid) {
    if (isReady(SIGNALS)) {
      forwarder.handle(pid);
      if (forwarder.takeResized()) {
        resize();
      }
    }
    if (isReady(NOTIFY) && notifies.handle(new ProcessCalls(kernel).getpid())) {
      notifies = null; // once
    }
    if (isReady(IN)) {
      input.read();
    }
    if (isReady(MASTER)) {
      if (output.wantsToRead()) {
        output.read();
      }
      if (input.wantsToWrite()) {
        input.write();
      }
    }
    if (output.wantsToWrite()) {
      show(0);
    }
  }

  /** Writes what is read if the caller's side takes it within that time in nanoseconds. */
  private void show(long timeout) {
    watch(IN, false, 0);
    watch(MASTER, false, 0);
    watch(SIGNALS, false, 0);
    watch(NOTIFY, false, 0);
    watch(OUT, true, DescriptorCalls.POLLOUT);
    if (descriptors.poll(polls, POLLS, timeout) > 0) {
      output.write();
    }
  }

  /** Shows what the process wrote before its end; what others still write is not waited for. */
  private void drain() {
    while (output.wantsToWrite() || output.read() > 0) {
      show(-1);
    }
  }

  private void watch(int index, boolean on, int events) {
    int fd =
        !on
            ? -1
            : switch (index) {
              case IN -> 0;
              case OUT -> 1;
              case MASTER -> master.number();
              case NOTIFY -> notifies.socket().number();
              default -> forwarder.signals().number();
            };
    Bytes.putInt(polls, 8 * index, fd);
    Bytes.putInt(polls, 8 * index + 4, events);
  }

  private boolean isReady(int index) {
    return Bytes.getShort(polls, 8 * index + 6) != 0;
  }

  /** Gives the caller's terminal back as it was, and closes the container's. */
  @Override
  public void close() {
    if (callers != null) {
      kernel.call(TerminalCalls.setAttributes(callers, callersSettings));
    }
    master.close();
  }

  /** One direction: a buffer that is read full from one descriptor and written to the other. */
  private static final class Stream {
    /** What a pipe that is ready takes without blocking (PIPE_BUF). */
    private static final int SIZE = 4096;

    private final Kernel kernel;
    private final Fd to;
    private final byte[] buffer = new byte[SIZE];
    private final Call read;
    private int length;
    private boolean ended;
    private boolean hungUp;

    Stream(Kernel kernel, Fd from, Fd to) {
      this.kernel = kernel;
      this.to = to;
      this.read = Call.of(Sysno.READ, from.arg(), Arg.out(buffer), Arg.of(buffer.length));
    }

    boolean wantsToRead() {
      return length == 0 && !ended && !hungUp;
    }

    boolean wantsToWrite() {
      return length > 0;
    }

    /** Whether it was a terminal that no process has open just now; one may open it again. */
    boolean hungUp() {
      return hungUp;
    }

    void tryAgain() {
      hungUp = false;
    }

    /** Reads once into the empty buffer; how much there is now. */
    int read() {
      long count = kernel.call(read);
      if (count > 0) {
        length = (int) count;
      } else if (count == -Errno.EIO.value()) {
        hungUp = true;
      } else if (count != -Errno.EAGAIN.value() && count != -Errno.EINTR.value()) {
        ended = true;
      }
      return length;
    }

    /** Writes once; what cannot be written for another reason than room is dropped. */
    void write() {
      long count = kernel.call(Call.of(Sysno.WRITE, to.arg(), Arg.bytes(buffer), Arg.of(length)));
      if (count >= 0) {
        length -= (int) count;
        System.arraycopy(buffer, (int) count, buffer, 0, length);
      } else if (count != -Errno.EAGAIN.value() && count != -Errno.EINTR.value()) {
        length = 0;
      }
    }
  }
}
