package dev.proa.image;

import com.oracle.svm.core.Uninterruptible;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import com.oracle.svm.core.c.CGlobalData;
import com.oracle.svm.core.c.CGlobalDataFactory;
import org.graalvm.nativeimage.StackValue;
import org.graalvm.nativeimage.c.type.CLongPointer;
import org.graalvm.nativeimage.c.type.WordPointer;
import org.graalvm.word.Pointer;
import org.graalvm.word.WordFactory;

/**
 * Where the one thread's stack begins and ends, without asking {@code /proc/self/maps}: the
 * executable then starts where there is no procfs, and ten system calls sooner.
 */
@TargetClass(className = "com.oracle.svm.core.posix.linux.LinuxStackOverflowSupport")
final class StackBounds {
  private StackBounds() {}

  @Substitute
  @Uninterruptible(reason = "Called from uninterruptible code.", mayBeInlined = true)
  static boolean lookupStack0(WordPointer base, WordPointer end) {
    Pointer top = Stack.END.get().readWord(0);
    CLongPointer limit = StackValue.get(2, CLongPointer.class);
    if (C.getrlimit(Stack.RLIMIT_STACK, limit) != 0) {
      return false;
    }
    long size = limit.read();
    if (size < 0 || size > Stack.MOST) {
      size = Stack.MOST;
    }
    base.write(top);
    // execve(2): a quarter of the limit may be arguments, which lie above.
    end.write(top.subtract(WordFactory.unsigned(size - size / 4)));
    return true;
  }

  static final class Stack {
    static final int RLIMIT_STACK = 3;

    /** What is used of an unlimited stack, in bytes: Linux's default limit. */
    static final long MOST = 8L << 20;

    /** Of the dynamic loader: the stack pointer that the kernel started the program with. */
    static final CGlobalData<Pointer> END = CGlobalDataFactory.forSymbol("__libc_stack_end");

    private Stack() {}
  }
}
