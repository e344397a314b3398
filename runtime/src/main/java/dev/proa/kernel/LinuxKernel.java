package dev.proa.kernel;

import java.util.List;

/**
 * The real kernel: every {@link Call} through libc's {@code syscall(2)}, see {@link LibC}.
 *
 * <p>Arguments in memory are laid out in one native arena that is allocated once and used again for
 * each call: a call whose arguments fit allocates nothing, in the Java heap or outside it. Not safe
 * for use by several threads; proa has one.
 */
public final class LinuxKernel implements Kernel {
  private static final int ARENA = 1 << 17;

  private final LibC libc = new LibC();
  private final long arena;
  private final long[] registers = new long[6];
  private long top;

  /** Over the C library that is already loaded. */
  public LinuxKernel() {
    arena = libc.allocate(ARENA);
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
    long result =
        libc.syscall(
            call.number().number(),
            registers[0],
            registers[1],
            registers[2],
            registers[3],
            registers[4],
            registers[5]);
    if (filled) {
      for (int i = 0; i < count; i++) {
        if (args.get(i) instanceof Arg.Memory memory) {
          refresh(memory, registers[i]);
        }
      }
    }
    return result;
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
    libc.put(address, bytes);
    libc.putByte(address + bytes.length, (byte) 0);
    return address;
  }

  private long placeMemory(Arg.Memory memory) {
    byte[] bytes = memory.bytes();
    long address = reserve(bytes.length);
    libc.put(address, bytes);
    List<Arg.Reference> references = memory.references();
    for (int i = 0; i < references.size(); i++) {
      Arg.Reference reference = references.get(i);
      libc.putLong(address + reference.offset(), place(reference.target()));
    }
    return address;
  }

  private long placeStrings(List<Arg.Text> strings) {
    int count = strings.size();
    long address = reserve(8L * (count + 1));
    for (int i = 0; i < count; i++) {
      libc.putLong(address + 8L * i, placeText(strings.get(i).bytes()));
    }
    libc.putLong(address + 8L * count, 0);
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
      return libc.allocate(Math.max(size, 8));
    }
    top = next;
    return address;
  }

  /** Reads back what the kernel wrote, in the order in which {@link #place} laid it out. */
  private void refresh(Arg.Memory memory, long address) {
    List<Arg.Reference> references = memory.references();
    for (int i = 0; i < references.size(); i++) {
      Arg.Reference reference = references.get(i);
      if (reference.target() instanceof Arg.Memory target) {
        refresh(target, libc.getLong(address + reference.offset()));
      }
    }
    if (memory.filled()) {
      libc.get(address, memory.bytes());
    }
  }
}
