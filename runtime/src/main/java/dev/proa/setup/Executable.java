package dev.proa.setup;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.Stat;
import dev.proa.kernel.Sysno;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code process.args[0]}: a path, or a name that is looked up in the PATH of {@code process.env}.
 * It is found in the container by the user who will execute it; the error texts are those of Go's
 * os/exec, on which Docker and podman choose their exit codes 126 and 127.
 */
public final class Executable {
  private static final int X_OK = 1;
  private static final int AT_EACCESS = 0x200;
  private static final int ANY_EXECUTE = 0111;

  private final String name;
  private final List<String> candidates;

  private Executable(String name, List<String> candidates) {
    this.name = name;
    this.candidates = candidates;
  }

  /**
   * Lists where to look.
   *
   * @throws SetupException without args
   */
  public static Executable plan(List<String> args, List<String> env) {
    if (args.isEmpty()) {
      throw new SetupException("args must not be empty");
    }
    String name = args.getFirst();
    List<String> candidates = new ArrayList<>();
    String path = Env.value(env, "PATH");
    if (name.indexOf('/') >= 0) {
      candidates.add(name);
    } else if (path != null && !path.isEmpty() && !name.isEmpty()) {
      int at = 0;
      while (at <= path.length()) {
        int colon = path.indexOf(':', at);
        int end = colon < 0 ? path.length() : colon;
        String directory = path.substring(at, end);
        // An empty element is the working directory.
        String in = directory.isEmpty() ? "." : directory;
        candidates.add(in.endsWith("/") ? in + name : in + "/" + name);
        at = end + 1;
      }
    }
    return new Executable(name, candidates);
  }

  /**
   * The path to execute, in this process's root and for its effective user.
   *
   * @throws SetupException with Go's text where nothing can be executed
   */
  public String find(Kernel kernel) {
    if (name.indexOf('/') >= 0) {
      String error = check(kernel, name);
      if (error != null) {
        throw error(error);
      }
      return name;
    }
    for (String candidate : candidates) {
      if (check(kernel, candidate) == null) {
        if (candidate.charAt(0) != '/') {
          // What lies in the working directory must be asked for as ./name.
          throw error("cannot run executable found relative to current directory");
        }
        return candidate;
      }
    }
    throw error("executable file not found in $PATH");
  }

  private SetupException error(String reason) {
    return new SetupException("exec: \"" + name + "\": " + reason);
  }

  /** Why it cannot be executed, or null where it can. */
  private static String check(Kernel kernel, String path) {
    Stat stat;
    try {
      stat = new FileCalls(kernel).stat(Fd.CWD, path);
    } catch (KernelException e) {
      return "stat " + path + ": " + e.errno();
    }
    if (stat == null) {
      return "stat " + path + ": " + Errno.ENOENT;
    }
    if (stat.isDirectory()) {
      return Errno.EISDIR.toString();
    }
    long result =
        kernel.call(
            Call.of(
                Sysno.FACCESSAT2,
                Fd.CWD.arg(),
                Arg.text(path),
                Arg.named(X_OK, "X_OK"),
                Arg.named(AT_EACCESS, "AT_EACCESS")));
    // A kernel before 5.8, or a seccomp filter that does not know the call: look at the mode.
    if (result == -Errno.ENOSYS.value() || result == -Errno.EPERM.value()) {
      return (stat.mode() & ANY_EXECUTE) != 0 ? null : Errno.EACCES.toString();
    }
    return result == 0 ? null : Errno.of((int) -result).toString();
  }
}
