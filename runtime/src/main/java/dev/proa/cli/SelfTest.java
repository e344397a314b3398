package dev.proa.cli;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;

/** Proof that what the image builder had to be told about works in the executable. */
final class SelfTest {
  private SelfTest() {}

  static String run(Kernel kernel, String[] args) {
    switch (args.length > 1 ? args[1] : "") {
      case "exit" -> System.exit(42);
      case "throw" -> throw new IllegalStateException("thrown on purpose");
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
