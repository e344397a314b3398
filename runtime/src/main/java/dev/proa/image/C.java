package dev.proa.image;

import org.graalvm.nativeimage.c.function.CFunction;
import org.graalvm.nativeimage.c.function.CFunction.Transition;
import org.graalvm.nativeimage.c.type.CCharPointer;
import org.graalvm.nativeimage.c.type.CCharPointerPointer;
import org.graalvm.nativeimage.c.type.CIntPointer;
import org.graalvm.nativeimage.c.type.CLongPointer;
import org.graalvm.nativeimage.c.type.CTypeConversion;
import org.graalvm.word.Pointer;
import org.graalvm.word.PointerBase;
import org.graalvm.word.WordFactory;

/**
 * The C library's functions that the executable is linked against.
 *
 * <p>The calls are made without the thread's state changing around them (NO_TRANSITION): that state
 * is what other threads wait for, and there are none. So nothing of the image's runs between a call
 * and the reading of its errno, or in the child of a clone before its own code.
 */
final class C {
  /** Up to so many bytes a loop is faster than making a ByteBuffer. */
  private static final int SHORT = 64;

  private C() {}

  @CFunction(transition = Transition.NO_TRANSITION)
  static native long syscall(long number, long a, long b, long c, long d, long e, long f);

  @CFunction(value = "__errno_location", transition = Transition.NO_TRANSITION)
  static native CIntPointer errno();

  @CFunction(value = "_exit", transition = Transition.NO_TRANSITION)
  static native void exit(int code);

  @CFunction(transition = Transition.NO_TRANSITION)
  static native long write(int fd, PointerBase from, long count);

  @CFunction(transition = Transition.NO_TRANSITION)
  static native int getrlimit(int resource, CLongPointer softThenHard);

  @CFunction(transition = Transition.NO_TRANSITION)
  static native int strcmp(CCharPointer one, CCharPointer other);

  @CFunction(transition = Transition.NO_TRANSITION)
  static native long strlen(CCharPointer text);

  @CFunction(transition = Transition.NO_TRANSITION)
  static native long readlink(CCharPointer path, CCharPointer into, long size);

  @CFunction(transition = Transition.NO_TRANSITION)
  static native int statfs(CCharPointer path, PointerBase into);

  @CFunction(transition = Transition.NO_TRANSITION)
  static native int setenv(CCharPointer name, CCharPointer value, int overwrite);

  @CFunction(transition = Transition.NO_TRANSITION)
  static native int fexecve(int fd, CCharPointerPointer argv, CCharPointerPointer envp);

  @CFunction(transition = Transition.NO_TRANSITION)
  static native int close(int fd);

  /** That address. */
  static Pointer at(long address) {
    return WordFactory.pointer(address);
  }

  /** Copies all the bytes to that address. */
  static void put(long address, byte[] bytes) {
    if (bytes.length > SHORT) {
      CTypeConversion.asByteBuffer(at(address), bytes.length).put(bytes);
      return;
    }
    for (int i = 0; i < bytes.length; i++) {
      at(address).writeByte(i, bytes[i]);
    }
  }

  /** Fills the bytes from that address. */
  static void get(long address, byte[] bytes) {
    if (bytes.length > SHORT) {
      CTypeConversion.asByteBuffer(at(address), bytes.length).get(bytes);
      return;
    }
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = at(address).readByte(i);
    }
  }
}
