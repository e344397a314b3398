package dev.proa.image;

import com.kenai.jffi.MemoryIO;
import com.oracle.svm.core.annotate.Alias;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.mapper.ToNativeContext;
import jnr.ffi.mapper.ToNativeConverter;

/**
 * jnr-ffi and its engine in the executable, where jnr-posix is used: libjffi from the private
 * folder, no threads that free memory, no bytecode written at run time.
 */
final class JffiInImage {
  private JffiInImage() {}

  /** Else jffi unpacks its library to /tmp, at every start. */
  @TargetClass(className = "com.kenai.jffi.Init")
  static final class Init {
    private Init() {}

    @Substitute
    @SuppressWarnings("restricted")
    static void load() {
      System.load(PrivateFolder.path("libjffi-1.2.so"));
    }
  }

  /** A thread that frees call contexts; they live as long as the process. */
  @TargetClass(className = "com.kenai.jffi.internal.Cleaner")
  static final class Cleaner {
    private Cleaner() {}

    @Substitute
    public static Runnable register(Object object, Runnable action) {
      return action;
    }
  }

  @TargetClass(className = "jnr.ffi.provider.jffi.DirectMemoryIO")
  static final class DirectMemory {
    @Alias
    DirectMemory(Runtime runtime, long address) {}
  }

  /** Memory that a thread would free when nothing refers to it any more. */
  @TargetClass(className = "jnr.ffi.provider.jffi.TransientNativeMemory")
  static final class TransientMemory {
    private TransientMemory() {}

    @Substitute
    public static DirectMemory allocate(Runtime runtime, long size, int align, boolean clear) {
      return new DirectMemory(runtime, MemoryIO.getInstance().allocateMemory(size, clear));
    }
  }

  /** jnr-posix binds signal(2), which nobody calls; its callback would be a class made then. */
  @TargetClass(className = "jnr.ffi.provider.jffi.NativeClosureManager")
  static final class Closures {
    private Closures() {}

    @Substitute
    <T> ToNativeConverter<T, Pointer> newClosureSite(Class<T> closure) {
      return new NoClosure<>();
    }
  }

  private static final class NoClosure<T> implements ToNativeConverter<T, Pointer> {
    @Override
    public Pointer toNative(T value, ToNativeContext context) {
      if (value == null) {
        return null;
      }
      throw new UnsupportedOperationException("callbacks are not in the executable");
    }

    @Override
    public Class<Pointer> nativeType() {
      return Pointer.class;
    }
  }
}
