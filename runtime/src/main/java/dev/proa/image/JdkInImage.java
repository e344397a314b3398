package dev.proa.image;

import com.oracle.svm.core.annotate.Alias;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.Stat;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import org.graalvm.nativeimage.PinnedObject;

/**
 * The native methods of the JDK's that proa still reaches, over libc: the environment, the end of
 * the process, and System.out and System.err, which the image itself uses when it fails. Every
 * other one that is called aborts with its name (src/native/build.sh).
 */
final class JdkInImage {
  private JdkInImage() {}

  @TargetClass(className = "java.lang.ProcessEnvironment")
  static final class Environment {
    private Environment() {}

    /** Name and value in turns, as the JDK's native method has it. */
    @Substitute
    static byte[][] environ() {
      return Environ.pairs();
    }
  }

  /** The environment's class initialises this one, whose natives only start processes. */
  @TargetClass(className = "java.lang.ProcessImpl")
  static final class Processes {
    private Processes() {}

    @Substitute
    static void init() {}
  }

  @TargetClass(className = "java.lang.Shutdown")
  static final class Shutdown {
    private Shutdown() {}

    @Substitute
    static void halt0(int status) {
      C.exit(status);
    }
  }

  /** System.load asks whether the file is there and what its real name is. */
  @TargetClass(className = "java.io.UnixFileSystem")
  static final class FileSystem {
    private FileSystem() {}

    /** 1: it exists. */
    @Substitute
    int getBooleanAttributes0(File file) {
      Stat stat = new FileCalls(new LinuxKernel()).stat(Fd.CWD, file.getPath());
      return stat == null ? 0 : 1;
    }

    @Substitute
    String canonicalize0(String path) {
      return path;
    }
  }

  @TargetClass(FileOutputStream.class)
  static final class Output {
    @Alias private Descriptor fd;

    private Output() {}

    @Substitute
    @SuppressWarnings("UnusedVariable") // the shape of the JDK's method
    void writeBytes(byte[] bytes, int offset, int length, boolean append) {
      if (length == 0) {
        return;
      }
      int number = fd.fd;
      try (PinnedObject pinned = PinnedObject.create(bytes)) {
        int done = 0;
        while (done < length) {
          long count = C.write(number, pinned.addressOfArrayElement(offset + done), length - done);
          if (count <= 0) {
            return; // there is nobody to tell
          }
          done += (int) count;
        }
      }
    }
  }

  @TargetClass(FileDescriptor.class)
  static final class Descriptor {
    @Alias private int fd;

    private Descriptor() {}
  }
}
