package dev.proa.operation;

import dev.proa.criu.CriuException;
import dev.proa.criu.CriuOpts;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import java.util.Map;

/** The folders of a checkpoint, open for as long as CRIU works in them. */
final class CriuFolders implements AutoCloseable {
  private static final String CONFIG = "org.criu.config";
  private static final String DEFAULT_CONFIG = "/etc/criu/runc.conf";

  private final Fd images;
  private final Fd work;
  private final String log;

  private CriuFolders(Fd images, Fd work, String log) {
    this.images = images;
    this.work = work;
    this.log = log;
  }

  /**
   * Opens them; makes them where they are missing.
   *
   * @param workPath null for {@code imagePath}
   * @param logFile the log's name
   */
  static CriuFolders open(Kernel kernel, String imagePath, String workPath, String logFile) {
    FileCalls files = new FileCalls(kernel);
    files.mkdirIfAbsent(Fd.CWD, imagePath, 0700);
    Fd images = files.open(imagePath, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY);
    if (workPath == null) {
      return new CriuFolders(images, null, imagePath + "/" + logFile);
    }
    files.mkdirIfAbsent(Fd.CWD, workPath, 0700);
    Fd work = files.open(workPath, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY);
    return new CriuFolders(images, work, workPath + "/" + logFile);
  }

  Fd images() {
    return images;
  }

  /** Options that name them, and the configuration file that the container's annotation names. */
  CriuOpts opts(Kernel kernel, Map<String, String> annotations) {
    CriuOpts opts = new CriuOpts(images, log.substring(log.lastIndexOf('/') + 1));
    if (work != null) {
      opts.workDir(work);
    }
    String config = annotations.get(CONFIG);
    if (config == null && new FileCalls(kernel).exists(Fd.CWD, DEFAULT_CONFIG)) {
      config = DEFAULT_CONFIG;
    }
    return config == null || config.isEmpty() ? opts : opts.configFile(config);
  }

  /** The failure with where to read more. */
  OperationException failed(CriuException e) {
    return new OperationException(e.getMessage() + "\nlog file: " + log);
  }

  @Override
  public void close() {
    images.close();
    if (work != null) {
      work.close();
    }
  }
}
