package dev.proa.kernel;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.util.Arrays;

/**
 * The C library's {@code syscall(2)} and the memory outside the Java heap that its arguments lie
 * in, by jffi, the engine of jnr-ffi.
 *
 * <p>This class is all that {@link LinuxKernel} needs of it, because the native executable has its
 * own (dev.proa.image.LibCInImage): the same calls compiled in, without loading and preparing
 * libjffi, which would be a third of the time that a start takes.
 */
final class LibC {
  private final MemoryIO memory = MemoryIO.getInstance();
  private final Invoker invoker = Invoker.getInstance();
  private final CallContext context;
  private final long syscall;

  LibC() {
    Type[] types = new Type[7];
    Arrays.fill(types, Type.SLONG);
    context = CallContext.getCallContext(Type.SLONG, types, CallingConvention.DEFAULT, true);
    syscall = Library.getCachedInstance("libc.so.6", Library.LAZY).getSymbolAddress("syscall");
  }

  /** syscall(2); the kernel's result, or the negated errno. */
  long syscall(long number, long a, long b, long c, long d, long e, long f) {
    HeapInvocationBuffer buffer = new HeapInvocationBuffer(context);
    buffer.putLong(number);
    buffer.putLong(a);
    buffer.putLong(b);
    buffer.putLong(c);
    buffer.putLong(d);
    buffer.putLong(e);
    buffer.putLong(f);
    long result = invoker.invokeLong(context, syscall, buffer);
    return result == -1 ? -LastError.getInstance().get() : result;
  }

  /** malloc(3): the address of that many bytes, never freed. */
  long allocate(long size) {
    return memory.allocateMemory(size, false);
  }

  /** Copies all the bytes to that address. */
  void put(long address, byte[] bytes) {
    memory.putByteArray(address, bytes, 0, bytes.length);
  }

  /** Fills the bytes from that address. */
  void get(long address, byte[] bytes) {
    memory.getByteArray(address, bytes, 0, bytes.length);
  }

  /** Writes one byte. */
  void putByte(long address, byte value) {
    memory.putByte(address, value);
  }

  /** Writes eight bytes in the machine's order. */
  void putLong(long address, long value) {
    memory.putLong(address, value);
  }

  /** Reads eight bytes in the machine's order. */
  long getLong(long address) {
    return memory.getLong(address);
  }
}
