package dev.proa.cgroup.systemd;

import dev.proa.cgroup.CgroupException;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.SocketCalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A connection that speaks D-Bus: to a bus, or to systemd itself by its private socket. Nothing
 * waits longer than {@link #TIMEOUT}.
 */
final class Bus implements AutoCloseable {
  /** In nanoseconds; runc waits as long. */
  static final long TIMEOUT = 30_000_000_000L;

  private static final String BUS = "org.freedesktop.DBus";

  private final SocketCalls sockets;
  private final DescriptorCalls descriptors;
  private final ClockCalls clock;
  private final Fd socket;
  private final List<Message> signals = new ArrayList<>();
  private byte[] pending = new byte[0];
  private int serial;

  private Bus(Kernel kernel, Fd socket) {
    this.sockets = new SocketCalls(kernel);
    this.descriptors = new DescriptorCalls(kernel);
    this.clock = new ClockCalls(kernel);
    this.socket = socket;
  }

  /**
   * Connects and says who we are: D-Bus specification, Authentication Protocol, EXTERNAL.
   *
   * @param uid this process's uid as the peer sees it, which the peer compares with what the kernel
   *     tells it
   * @throws KernelException if nobody listens there
   */
  static Bus connect(Kernel kernel, BusAddress address, long uid) {
    SocketCalls sockets = new SocketCalls(kernel);
    Fd socket = sockets.socket(SocketCalls.SOCK_STREAM);
    try {
      sockets.connect(socket, address.path());
      Bus bus = new Bus(kernel, socket);
      bus.authenticate(uid);
      if (address.bus()) {
        bus.call(new Message.Method(BUS, "/org/freedesktop/DBus", BUS, "Hello"), "", List.of());
      }
      return bus;
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private void authenticate(long uid) {
    StringBuilder hex = new StringBuilder();
    for (char digit : Long.toString(uid).toCharArray()) {
      hex.append(Integer.toHexString(digit));
    }
    // BEGIN goes along, as sd-bus sends it. Sent after the answer, systemd may read it together
    // with
    // the first message, which then lies in its buffer until another one comes.
    send(("\0AUTH EXTERNAL " + hex + "\r\nBEGIN\r\n").getBytes(StandardCharsets.US_ASCII));
    long deadline = clock.monotonicNanos() + TIMEOUT;
    int end = -1;
    while (end < 0) {
      fill(deadline);
      for (int i = 0; i < pending.length; i++) {
        end = pending[i] == '\n' && end < 0 ? i : end;
      }
    }
    String answer = new String(pending, 0, end, StandardCharsets.US_ASCII).trim();
    pending = Arrays.copyOfRange(pending, end + 1, pending.length);
    if (!answer.startsWith("OK ")) {
      throw new CgroupException("authentication as uid " + uid + " failed: " + answer);
    }
  }

  /** Asks a bus for signals; systemd's private socket sends them to everybody. */
  void match(String rule) {
    call(new Message.Method(BUS, "/org/freedesktop/DBus", BUS, "AddMatch"), "s", List.of(rule));
  }

  /**
   * Calls a method and waits for its answer.
   *
   * @return the answer's values
   * @throws BusException if the answer is an error
   */
  List<Object> call(Message.Method method, String signature, List<?> values) {
    serial++;
    send(Message.call(serial, method, signature, values));
    long deadline = clock.monotonicNanos() + TIMEOUT;
    while (true) {
      Message message = next(deadline, method.name());
      if (message.type() == Message.SIGNAL) {
        signals.add(message);
      } else if (message.replySerial() == serial) {
        if (message.type() == Message.ERROR) {
          List<Object> body = message.body();
          throw new BusException(
              message.errorName(),
              body.isEmpty() ? message.errorName() : String.valueOf(body.getFirst()));
        }
        return message.body();
      }
    }
  }

  /**
   * Waits for the end of a job: the signal {@code JobRemoved(u id, o job, s unit, s result)}.
   *
   * @return its result: {@code done}, {@code failed}, {@code timeout}, …
   */
  String awaitJob(String job) {
    long deadline = clock.monotonicNanos() + TIMEOUT;
    while (true) {
      // It may have come before the answer that names the job.
      for (Message signal : signals) {
        if ("JobRemoved".equals(signal.member()) && job.equals(signal.body().get(1))) {
          return (String) signal.body().get(3);
        }
      }
      signals.clear();
      Message message = next(deadline, "JobRemoved");
      if (message.type() == Message.SIGNAL) {
        signals.add(message);
      }
    }
  }

  private Message next(long deadline, String what) {
    try {
      while (pending.length < Message.FIXED || pending.length < Message.length(pending)) {
        fill(deadline);
      }
      int length = Message.length(pending);
      Message message = Message.parse(Arrays.copyOf(pending, length));
      pending = Arrays.copyOfRange(pending, length, pending.length);
      return message;
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ClassCastException e) {
      throw new CgroupException("systemd's answer to " + what + ": " + e.getMessage());
    }
  }

  private void send(byte[] data) {
    int sent = 0;
    while (sent < data.length) {
      sent += sockets.send(socket, sent == 0 ? data : Arrays.copyOfRange(data, sent, data.length));
    }
  }

  /** Waits for more bytes. */
  private void fill(long deadline) {
    byte[] poll = new byte[8];
    Bytes.putInt(poll, 0, socket.number());
    Bytes.putShort(poll, 4, DescriptorCalls.POLLIN);
    while (true) {
      long left = deadline - clock.monotonicNanos();
      if (left <= 0) {
        throw new CgroupException("no answer from systemd in " + TIMEOUT / 1_000_000_000 + " s");
      }
      if (descriptors.poll(poll, 1, left) > 0) {
        break;
      }
    }
    byte[] buffer = new byte[4096];
    int count = sockets.recv(socket, buffer);
    if (count == 0) {
      throw new CgroupException("systemd closed the connection");
    }
    int old = pending.length;
    pending = Arrays.copyOf(pending, old + count);
    System.arraycopy(buffer, 0, pending, old, count);
  }

  @Override
  public void close() {
    socket.close();
  }
}
