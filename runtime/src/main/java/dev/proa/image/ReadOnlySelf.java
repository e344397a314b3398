package dev.proa.image;

import com.oracle.svm.core.Uninterruptible;
import com.oracle.svm.core.c.CGlobalData;
import com.oracle.svm.core.c.CGlobalDataFactory;
import com.oracle.svm.core.c.function.CEntryPointOptions;
import com.oracle.svm.core.c.function.CEntryPointOptions.NoEpilogue;
import com.oracle.svm.core.c.function.CEntryPointOptions.NoPrologue;
import dev.proa.kernel.Seal;
import java.nio.charset.StandardCharsets;
import org.graalvm.nativeimage.StackValue;
import org.graalvm.nativeimage.c.function.CEntryPoint;
import org.graalvm.nativeimage.c.type.CCharPointer;
import org.graalvm.nativeimage.c.type.CCharPointerPointer;
import org.graalvm.word.Pointer;

/**
 * The first half of {@link Seal}: executes this program once more from a detached, read-only mount
 * of its own file: open_tree(2), mount_setattr(2), execveat(2).
 *
 * <p>It runs before the image starts: build.sh names it in {@code .init_array}, so that libc calls
 * it before {@code main}. An image that starts only to be replaced would be a tenth of the time of
 * {@code exec}. There is no heap yet and no thread of Java's: nothing here allocates, throws or
 * initialises a class.
 *
 * <p>Where any of it fails it returns, and {@link Seal#ensure} does what is left.
 */
final class ReadOnlySelf {
  private static final CGlobalData<CCharPointer> SELF = CGlobalDataFactory.createCString(Seal.SELF);
  private static final CGlobalData<CCharPointer> EMPTY = CGlobalDataFactory.createCString("");
  private static final CGlobalData<CCharPointer> VARIABLE =
      CGlobalDataFactory.createCString(Seal.EXECUTABLE);

  /** The commands' names, each with its NUL, and one NUL more. */
  private static final CGlobalData<CCharPointer> COMMANDS =
      CGlobalDataFactory.createBytes(ReadOnlySelf::commands);

  // The same numbers on every architecture, as all since Linux 5.1: linux/unistd.h.
  private static final long OPEN_TREE = 428;
  private static final long MOUNT_SETATTR = 442;

  private static final long AT_FDCWD = -100;
  private static final long AT_EMPTY_PATH = 0x1000;
  private static final long OPEN_TREE_CLONE = 1;
  private static final long OPEN_TREE_CLOEXEC = 0x80000;
  private static final long MOUNT_ATTR_RDONLY = 1;
  private static final int MOUNT_ATTR_SIZE = 32;
  private static final int PATH_MAX = 4096;

  private ReadOnlySelf() {}

  private static byte[] commands() {
    return (String.join("\0", Seal.COMMANDS) + "\0\0").getBytes(StandardCharsets.US_ASCII);
  }

  /** What .init_array calls, with main's arguments. */
  @CEntryPoint(name = "proa_read_only_self", publishAs = CEntryPoint.Publish.SymbolOnly)
  @CEntryPointOptions(prologue = NoPrologue.class, epilogue = NoEpilogue.class)
  @Uninterruptible(reason = "There is no heap and no thread yet.")
  static void execute(int argc, CCharPointerPointer argv) {
    if (!entersContainers(argc, argv) || isReadOnly()) {
      return;
    }
    CCharPointer path = StackValue.get(PATH_MAX);
    long length = C.readlink(SELF.get(), path, PATH_MAX - 1);
    if (length <= 0) {
      return;
    }
    path.write((int) length, (byte) 0);
    long mount =
        C.syscall(
            OPEN_TREE,
            AT_FDCWD,
            SELF.get().rawValue(),
            OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC,
            0,
            0,
            0);
    if (mount < 0) {
      return;
    }
    Pointer attributes = StackValue.get(MOUNT_ATTR_SIZE);
    for (int i = 0; i < MOUNT_ATTR_SIZE; i += Long.BYTES) {
      attributes.writeLong(i, 0);
    }
    attributes.writeLong(0, MOUNT_ATTR_RDONLY);
    if (C.syscall(
                MOUNT_SETATTR,
                mount,
                EMPTY.get().rawValue(),
                AT_EMPTY_PATH,
                attributes.rawValue(),
                MOUNT_ATTR_SIZE,
                0)
            == 0
        && C.setenv(VARIABLE.get(), path, 1) == 0) {
      C.fexecve((int) mount, argv, Environ.variables());
    }
    C.close((int) mount);
  }

  @Uninterruptible(reason = "There is no heap and no thread yet.")
  private static boolean entersContainers(int argc, CCharPointerPointer argv) {
    for (int i = 1; i < argc; i++) {
      CCharPointer command = COMMANDS.get();
      while (command.read() != 0) {
        if (C.strcmp(argv.read(i), command) == 0) {
          return true;
        }
        command = command.addressOf((int) C.strlen(command) + 1);
      }
    }
    return false;
  }

  @Uninterruptible(reason = "There is no heap and no thread yet.")
  private static boolean isReadOnly() {
    Pointer statfs = StackValue.get(Seal.STATFS_SIZE);
    return C.statfs(SELF.get(), statfs) != 0
        || (statfs.readLong(Seal.STATFS_FLAGS) & Seal.ST_RDONLY) != 0;
  }
}
