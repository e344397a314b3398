package dev.proa.image;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;

/**
 * Skips what an image does at start for the JDK's native libraries, none of which it has: above
 * all, raising the soft limit of open files to the hard one, which a container would inherit.
 */
@TargetClass(className = "com.oracle.svm.core.posix.PosixNativeLibrarySupport")
final class QuietStart {
  private QuietStart() {}

  @Substitute
  boolean initializeBuiltinLibraries() {
    return true;
  }
}
