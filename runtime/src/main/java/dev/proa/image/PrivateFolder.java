package dev.proa.image;

import dev.proa.kernel.Environment;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.Seal;

/**
 * The folder of what the executable needs beside itself, found from where the executable is: {@code
 * ../lib/proa} as a package installs it, or {@code lib/proa} as the build leaves it.
 *
 * <p>Only libjffi lies there, and only rare commands load it (see {@link JffiInImage}).
 */
final class PrivateFolder {
  private PrivateFolder() {}

  /** The path of that file of the folder's. */
  static String path(String file) {
    FileCalls files = new FileCalls(new LinuxKernel());
    String self = files.readlink(Fd.CWD, "/proc/self/exe");
    if (self.equals("/")) { // a detached mount has no place of its own
      self = Environment.get(Seal.EXECUTABLE);
    }
    String folder = self.substring(0, self.lastIndexOf('/'));
    String installed = folder + "/../lib/proa/" + file;
    return files.exists(Fd.CWD, installed) ? installed : folder + "/lib/proa/" + file;
  }
}
