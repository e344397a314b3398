package dev.proa.image;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import org.graalvm.nativeimage.UnmanagedMemory;
import org.graalvm.nativeimage.c.type.CTypeConversion;
import org.graalvm.word.WordFactory;

/** dev.proa.kernel.LibC with its C calls compiled in (see {@link C}). */
@TargetClass(className = "dev.proa.kernel.LibC")
final class LibCInImage {
  /** Up to so many bytes a loop is faster than making a ByteBuffer. */
  private static final int SHORT = 64;

  @Substitute
  LibCInImage() {}

  @Substitute
  long syscall(long number, long a, long b, long c, long d, long e, long f) {
    long result = C.syscall(number, a, b, c, d, e, f);
    return result == -1 ? -C.errno().read() : result;
  }

  @Substitute
  long allocate(long size) {
    return UnmanagedMemory.malloc(WordFactory.unsigned(size)).rawValue();
  }

  @Substitute
  void put(long address, byte[] bytes) {
    if (bytes.length > SHORT) {
      CTypeConversion.asByteBuffer(C.at(address), bytes.length).put(bytes);
      return;
    }
    for (int i = 0; i < bytes.length; i++) {
      C.at(address).writeByte(i, bytes[i]);
    }
  }

  @Substitute
  void get(long address, byte[] bytes) {
    if (bytes.length > SHORT) {
      CTypeConversion.asByteBuffer(C.at(address), bytes.length).get(bytes);
      return;
    }
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = C.at(address).readByte(i);
    }
  }

  @Substitute
  void putByte(long address, byte value) {
    C.at(address).writeByte(0, value);
  }

  @Substitute
  void putLong(long address, long value) {
    C.at(address).writeLong(0, value);
  }

  @Substitute
  long getLong(long address) {
    return C.at(address).readLong(0);
  }
}
