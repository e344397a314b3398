package dev.proa.cli;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.Posix;

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
}
