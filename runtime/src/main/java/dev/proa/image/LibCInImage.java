package dev.proa.image;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import org.graalvm.nativeimage.UnmanagedMemory;
import org.graalvm.word.WordFactory;

/** dev.proa.kernel.LibC with its C calls compiled in (see {@link C}). */
@TargetClass(className = "dev.proa.kernel.LibC")
final class LibCInImage {
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
    C.put(address, bytes);
  }

  @Substitute
  void get(long address, byte[] bytes) {
    C.get(address, bytes);
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
