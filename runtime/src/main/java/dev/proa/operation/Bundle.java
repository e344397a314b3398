package dev.proa.operation;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.Paths;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.Spec;
import dev.proa.spec.Specs;

/**
 * A bundle: bundle.md.
 *
 * @param path the folder, absolute
 * @param text the content of its config.json
 * @param document the same parsed, which knows every value's place
 * @param spec the same as records, valid
 */
record Bundle(String path, byte[] text, JsonDocument document, Spec spec) {
  /**
   * Reads and validates.
   *
   * @throws OperationException if there is no config.json
   * @throws dev.proa.spec.InvalidSpecException if it is not valid, with all that is wrong
   */
  static Bundle read(Kernel kernel, String path) {
    byte[] text;
    try {
      text = new FileCalls(kernel).readFile(Fd.CWD, path + "/config.json", JsonDocument.MAX_BYTES);
    } catch (KernelException e) {
      if (e.is(Errno.ENOENT)) {
        throw new OperationException("JSON specification file config.json not found");
      }
      throw e;
    }
    Specs.Loaded loaded = Specs.load("config.json", text);
    return new Bundle(path, text, loaded.document(), loaded.spec());
  }

  /** The root file system's path, absolute. */
  String rootfs() {
    return Paths.absolute(path, spec.root().path());
  }

  /** The same with another config than the file's. */
  Bundle with(Spec other) {
    return new Bundle(path, text, document, other);
  }
}
