package dev.proa.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs classic BPF programs over a struct seccomp_data, as the kernel does. */
final class BpfInterpreter {
  private BpfInterpreter() {}

  /** What the program returns for that call; it must be one that the kernel would take. */
  static int run(byte[] program, int nr, int arch, long... args) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(0, nr).putInt(4, arch).putLong(8, 0x7f0000001234L);
    for (int i = 0; i < args.length; i++) {
      data.putLong(16 + 8 * i, args[i]);
    }
    ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    int accumulator = 0;
    int at = 0;
    while (true) {
      int operation = code.getShort(at * 8);
      int jt = code.get(at * 8 + 2) & 0xff;
      int jf = code.get(at * 8 + 3) & 0xff;
      int k = code.getInt(at * 8 + 4);
      at++;
      switch (operation) {
        case 0x20 -> accumulator = data.getInt(k);
        case 0x54 -> accumulator &= k;
        case 0x05 -> at += k;
        case 0x15 -> at += accumulator == k ? jt : jf;
        case 0x25 -> at += Integer.compareUnsigned(accumulator, k) > 0 ? jt : jf;
        case 0x35 -> at += Integer.compareUnsigned(accumulator, k) >= 0 ? jt : jf;
        case 0x06 -> {
          return k;
        }
        default -> throw new IllegalStateException("operation " + operation + " at " + (at - 1));
      }
    }
  }

  /** How many instructions the program runs for that call. */
  static int steps(byte[] program, int nr, int arch) {
    int steps = 1;
    ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    int accumulator = 0;
    int at = 0;
    while (code.getShort(at * 8) != 0x06) {
      int k = code.getInt(at * 8 + 4);
      int jt = code.get(at * 8 + 2) & 0xff;
      int jf = code.get(at * 8 + 3) & 0xff;
      at++;
      switch (code.getShort((at - 1) * 8)) {
        case 0x20 -> accumulator = k == 0 ? nr : k == 4 ? arch : 0;
        case 0x54 -> accumulator &= k;
        case 0x05 -> at += k;
        case 0x15 -> at += accumulator == k ? jt : jf;
        case 0x25 -> at += Integer.compareUnsigned(accumulator, k) > 0 ? jt : jf;
        default -> at += Integer.compareUnsigned(accumulator, k) >= 0 ? jt : jf;
      }
      steps++;
    }
    return steps;
  }
}
