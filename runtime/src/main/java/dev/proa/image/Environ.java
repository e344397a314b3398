package dev.proa.image;

import com.oracle.svm.core.Uninterruptible;
import com.oracle.svm.core.c.CGlobalData;
import com.oracle.svm.core.c.CGlobalDataFactory;
import org.graalvm.nativeimage.c.type.CCharPointer;
import org.graalvm.nativeimage.c.type.CCharPointerPointer;
import org.graalvm.nativeimage.c.type.CTypeConversion;
import org.graalvm.word.Pointer;

/** libc's {@code environ}. */
final class Environ {
  private static final CGlobalData<Pointer> ENVIRON = CGlobalDataFactory.forSymbol("environ");

  private Environ() {}

  /** The variables as they lie in memory; null after the last. */
  @Uninterruptible(reason = "Called from uninterruptible code.", mayBeInlined = true)
  static CCharPointerPointer variables() {
    return ENVIRON.get().readWord(0);
  }

  /** That variable's value, or null. */
  static byte[] value(byte[] name) {
    CCharPointerPointer variables = variables();
    for (int i = 0; variables.read(i).isNonNull(); i++) {
      CCharPointer variable = variables.read(i);
      int at = 0;
      while (at < name.length && variable.read(at) == name[at]) {
        at++;
      }
      if (at == name.length && variable.read(at) == '=') {
        return bytes(variable, at + 1, at + 1 + (int) C.strlen(variable.addressOf(at + 1)));
      }
    }
    return null;
  }

  /** Name and value in turns. */
  static byte[][] pairs() {
    CCharPointerPointer variables = variables();
    int count = 0;
    while (variables.read(count).isNonNull()) {
      count++;
    }
    byte[][] pairs = new byte[2 * count][];
    for (int i = 0; i < count; i++) {
      CCharPointer variable = variables.read(i);
      int length = (int) C.strlen(variable);
      int equals = 0;
      while (equals < length && (equals == 0 || variable.read(equals) != '=')) {
        equals++;
      }
      pairs[2 * i] = bytes(variable, 0, equals);
      pairs[2 * i + 1] = bytes(variable, Math.min(equals + 1, length), length);
    }
    return pairs;
  }

  private static byte[] bytes(CCharPointer from, int start, int end) {
    byte[] bytes = new byte[end - start];
    CTypeConversion.asByteBuffer(from.addressOf(start), bytes.length).get(bytes);
    return bytes;
  }
}
