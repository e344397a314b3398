package dev.proa.conformance.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The C library's calls that the JDK has no way to make: descriptors over sockets, ioctl. */
@SuppressWarnings("restricted")
final class Libc {
  static final int POLLIN = 1;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE =
      ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = handle("socket", INT, INT, INT, INT);
  private static final MethodHandle BIND = handle("bind", INT, INT, ValueLayout.ADDRESS, INT);
  private static final MethodHandle SENDTO =
      handle("sendto", LONG, INT, ValueLayout.ADDRESS, LONG, INT, ValueLayout.ADDRESS, INT);
  private static final MethodHandle LISTEN = handle("listen", INT, INT, INT);
  private static final MethodHandle ACCEPT =
      handle("accept4", INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, INT);
  private static final MethodHandle RECVMSG =
      handle("recvmsg", LONG, INT, ValueLayout.ADDRESS, INT);
  private static final MethodHandle POLL = handle("poll", INT, ValueLayout.ADDRESS, LONG, INT);
  private static final MethodHandle READ = handle("read", LONG, INT, ValueLayout.ADDRESS, LONG);
  private static final MethodHandle WRITE = handle("write", LONG, INT, ValueLayout.ADDRESS, LONG);
  private static final MethodHandle CLOSE = handle("close", INT, INT);
  private static final MethodHandle IOCTL = ioctlHandle();

  private Libc() {}

  private static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle ioctlHandle() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("ioctl"),
        FunctionDescriptor.of(INT, INT, LONG, ValueLayout.ADDRESS),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(2));
  }

  /** A call's result; a negative one has its errno. */
  record Outcome(long value, int errno) {
    long orFail(String what) {
      if (value < 0) {
        throw new IllegalStateException(what + ": errno " + errno);
      }
      return value;
    }
  }

  private static Outcome call(MethodHandle handle, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO);
      Object[] all = new Object[arguments.length + 1];
      all[0] = state;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      Number result = (Number) handle.invokeWithArguments(all);
      return new Outcome(result.longValue(), (int) ERRNO_VALUE.get(state, 0L));
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  static int socket(int domain, int type) {
    return (int) call(SOCKET, domain, type, 0).orFail("socket");
  }

  static void bind(int fd, MemorySegment address, int length) {
    call(BIND, fd, address, length).orFail("bind");
  }

  static void sendto(int fd, MemorySegment data, MemorySegment address, int length) {
    call(SENDTO, fd, data, data.byteSize(), 0, address, length).orFail("sendto");
  }

  static void listen(int fd) {
    call(LISTEN, fd, 8).orFail("listen");
  }

  static int accept(int fd, int flags) {
    return (int) call(ACCEPT, fd, MemorySegment.NULL, MemorySegment.NULL, flags).orFail("accept4");
  }

  static long recvmsg(int fd, MemorySegment message, int flags) {
    return call(RECVMSG, fd, message, flags).orFail("recvmsg");
  }

  /** Waits until the descriptor can be read; false after the timeout. */
  static boolean readable(int fd, int milliseconds) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment poll = arena.allocate(8, 4);
      poll.set(INT, 0, fd);
      poll.set(ValueLayout.JAVA_SHORT, 4, (short) POLLIN);
      return call(POLL, poll, 1L, milliseconds).orFail("poll") > 0;
    }
  }

  static Outcome read(int fd, MemorySegment buffer) {
    return call(READ, fd, buffer, buffer.byteSize());
  }

  static Outcome write(int fd, MemorySegment buffer) {
    return call(WRITE, fd, buffer, buffer.byteSize());
  }

  static Outcome ioctl(int fd, long request, MemorySegment argument) {
    return call(IOCTL, fd, request, argument);
  }

  static void close(int fd) {
    call(CLOSE, fd);
  }
}
