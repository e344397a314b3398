package dev.proa.kernel;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.util.List;

/**
 * The real kernel: every {@link Call} through libc's {@code syscall(2)}, by jffi, the engine of
 * jnr-ffi, which takes fixed long arguments without boxing them.
 *
 * <p>Arguments in memory are laid out in one native arena that is allocated once and used again for
 * each call: a call whose arguments fit allocates nothing, in the Java heap or outside it. Not safe
 * for use by several threads; proa has one.
 */
public final class LinuxKernel implements Kernel {
  private static final int ARENA = 1 << 17;
  private static final MemoryIO MEMORY = MemoryIO.getInstance();

  private final Invoker invoker = Invoker.getInstance();
  private final CallContext six =
      CallContext.getCallContext(
          Type.SLONG,
          new Type[] {Type.SLONG, Type.SLONG, Type.SLONG, Type.SLONG, Type.SLONG, Type.SLONG},
          CallingConvention.DEFAULT,
          true);
  private final long syscall;
  private final long arena;
  private final long[] registers = new long[6];
  private CallContext seven;
  private long top;

  /** Binds {@code syscall} of the C library that is already loaded. */
  public LinuxKernel() {
    syscall = Library.getCachedInstance("libc.so.6", Library.LAZY).getSymbolAddress("syscall");
    arena = MEMORY.allocateMemory(ARENA, false);
  }

  @Override
  public long call(Call call) {
    List<Arg> args = call.args();
    int count = args.size();
    top = arena;
    boolean filled = false;
    for (int i = 0; i < 6; i++) {
      registers[i] = i < count ? place(args.get(i)) : 0;
      filled |= i < count && args.get(i) instanceof Arg.Memory memory && memory.filled();
    }
    int number = call.number().number();
    long result =
        count < 6
            ? invoker.invokeN6(
                six,
                syscall,
                number,
                registers[0],
                registers[1],
                registers[2],
                registers[3],
                registers[4])
            : callWithSix(number);
    if (result == -1) {
      result = -LastError.getInstance().get();
    }
    if (filled) {
      for (int i = 0; i < count; i++) {
        if (args.get(i) instanceof Arg.Memory memory) {
          refresh(memory, registers[i]);
        }
      }
    }
    return result;
  }

  private long callWithSix(int number) {
    if (seven == null) {
      Type[] types = new Type[7];
      java.util.Arrays.fill(types, Type.SLONG);
      seven = CallContext.getCallContext(Type.SLONG, types, CallingConvention.DEFAULT, true);
    }
    HeapInvocationBuffer buffer = new HeapInvocationBuffer(seven);
    buffer.putLong(number);
    for (long register : registers) {
      buffer.putLong(register);
    }
    return invoker.invokeLong(seven, syscall, buffer);
  }

  /** Puts the argument where the kernel can read it; its value for the register. */
  private long place(Arg arg) {
    return switch (arg) {
      case Arg.Value value -> value.value();
      case Arg.Flags flags -> flags.value();
      case Arg.Text text -> placeText(text.bytes());
      case Arg.Memory memory -> placeMemory(memory);
      case Arg.Strings strings -> placeStrings(strings.strings());
    };
  }

  private long placeText(byte[] bytes) {
    long address = reserve(bytes.length + 1L);
    MEMORY.putByteArray(address, bytes, 0, bytes.length);
    MEMORY.putByte(address + bytes.length, (byte) 0);
    return address;
  }

  private long placeMemory(Arg.Memory memory) {
    byte[] bytes = memory.bytes();
    long address = reserve(bytes.length);
    MEMORY.putByteArray(address, bytes, 0, bytes.length);
    List<Arg.Reference> references = memory.references();
    for (int i = 0; i < references.size(); i++) {
      Arg.Reference reference = references.get(i);
      MEMORY.putLong(address + reference.offset(), place(reference.target()));
    }
    return address;
  }

  private long placeStrings(List<Arg.Text> strings) {
    int count = strings.size();
    long address = reserve(8L * (count + 1));
    for (int i = 0; i < count; i++) {
      MEMORY.putLong(address + 8L * i, placeText(strings.get(i).bytes()));
    }
    MEMORY.putLong(address + 8L * count, 0);
    return address;
  }

  /**
   * Room for that many bytes. What does not fit the arena (argument lists of more than 100 kB) is
   * allocated and not freed: it belongs to an execve, after which it is gone.
   */
  private long reserve(long size) {
    long address = top;
    long next = (address + size + 7) & ~7L;
    if (next > arena + ARENA) {
      return MEMORY.allocateMemory(Math.max(size, 8), false);
    }
    top = next;
    return address;
  }

  /** Reads back what the kernel wrote, in the order in which {@link #place} laid it out. */
  private static void refresh(Arg.Memory memory, long address) {
    List<Arg.Reference> references = memory.references();
    for (int i = 0; i < references.size(); i++) {
      Arg.Reference reference = references.get(i);
      if (reference.target() instanceof Arg.Memory target) {
        refresh(target, MEMORY.getLong(address + reference.offset()));
      }
    }
    if (memory.filled()) {
      MEMORY.getByteArray(address, memory.bytes(), 0, memory.bytes().length);
    }
  }
}
