package dev.proa.cli;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.Posix;
import dev.proa.spec.InvalidSpecException;
import dev.proa.spec.Specs;
import java.util.ArrayList;
import java.util.List;

/** Proof that what the image builder had to be told about works in the executable. */
final class SelfTest {
  private SelfTest() {}

  static String run(Kernel kernel, String[] args) {
    switch (args.length > 1 ? args[1] : "") {
      case "exit" -> System.exit(42);
      case "throw" -> throw new IllegalStateException("thrown on purpose");
      case "posix" -> {
        Posix posix = new Posix();
        return "uid 0 is " + posix.userName(0) + "\nisatty " + posix.isatty(0) + "\n";
      }
      case "spec" -> {
        try {
          return Specs.load(args[2], new FileCalls(kernel).readFile(Fd.CWD, args[2])).spec() + "\n";
        } catch (InvalidSpecException e) {
          return e.getMessage() + "\n";
        }
      }
      case "memory" -> {
        List<byte[]> kept = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
          byte[] bytes = new byte[100_000];
          bytes[i] = (byte) i;
          if (i % 40 == 0) {
            kept.add(bytes);
          }
        }
        System.gc();
        for (int i = 0; i < kept.size(); i++) {
          if (kept.get(i)[40 * i] != (byte) (40 * i)) {
            throw new IllegalStateException("memory " + i);
          }
        }
      }
      case "deep" -> {
        try {
          return "no end to " + deep(1) + "\n";
        } catch (StackOverflowError e) {
          return "the stack's end is noticed\n";
        }
      }
      default -> {}
    }
    return "pid "
        + Main.pid(kernel)
        + "\nerrno "
        + Errno.ENOENT.symbol()
        + ": "
        + Errno.ENOENT
        + "\nPATH "
        + System.getenv("PATH")
        + "\n";
  }

  private static int deep(int level) {
    return level < 0 ? 0 : 1 + deep(level + 1);
  }
}
