package dev.proa.cli;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.Sysno;
import java.nio.charset.StandardCharsets;

/** proa's entry point. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Kernel kernel = new LinuxKernel();
    FileCalls files = new FileCalls(kernel);
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-v"))) {
      print(kernel, files, 1, Version.text(Version.calledAs(files)));
      exit(kernel, 0);
    }
    if (args.length > 0 && args[0].equals("__self-test")) {
      print(kernel, files, 1, SelfTest.run(kernel, args));
      return;
    }
    print(kernel, files, 2, "proa: no such command\n");
    System.exit(1);
  }

  private static void print(Kernel kernel, FileCalls files, int fd, String text) {
    files.writeAll(new Fd(kernel, fd, "stdout"), text.getBytes(StandardCharsets.UTF_8));
  }

  /** Ends the process at once: a return from main would first take the image's heap down. */
  private static void exit(Kernel kernel, int code) {
    kernel.call(Call.of(Sysno.EXIT_GROUP, Arg.of(code)));
  }

  /** Whether system calls work: our pid. */
  static long pid(Kernel kernel) {
    return kernel.must(Call.of(Sysno.GETPID));
  }
}
