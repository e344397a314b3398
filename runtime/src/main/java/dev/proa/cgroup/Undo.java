package dev.proa.cgroup;

import dev.proa.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;

/**
 * The values that an update replaces, so that one that fails half way leaves the limits as they
 * were. Only files with one value can be put back; lists by device stay as far as they got, and the
 * failure says so.
 */
public final class Undo {
  private record Old(String directory, String file, String value) {
    boolean isSingle() {
      return value.indexOf('\n') < 0
          && value.indexOf(':') < 0
          && (value.indexOf(' ') < 0 || file.equals("cpu.max"));
    }
  }

  private final List<Old> olds = new ArrayList<>();

  /** Remembers what these writes replace. */
  public void remember(CgroupFiles files, List<Write> writes) {
    for (Write write : writes) {
      Write each = write;
      while (each != null) {
        String value = read(files, each.file());
        if (value != null) {
          olds.add(new Old(files.path(), each.file(), value));
        }
        each = each.otherwise();
      }
    }
  }

  private static String read(CgroupFiles files, String file) {
    try {
      return files.read(file);
    } catch (CgroupException e) {
      return null; // a file that can only be written
    }
  }

  /**
   * Writes the old values back, last first: each step back was a valid state before.
   *
   * @param failure why
   * @return the same, or, where the kernel did not let all be put back, one that tells what is not
   */
  public CgroupException restore(Kernel kernel, CgroupException failure) {
    List<String> left = new ArrayList<>();
    for (int i = olds.size() - 1; i >= 0; i--) {
      Old old = olds.get(i);
      try (CgroupFiles files = CgroupFiles.openIfPresent(kernel, old.directory)) {
        if (files != null && !isRestored(files, old)) {
          left.add(old.file);
        }
      } catch (CgroupException e) {
        left.add(old.file);
      }
    }
    return left.isEmpty() ? failure : incomplete(failure, left);
  }

  /**
   * The failure of a change of which something stays.
   *
   * @param left the files that are not as they were
   */
  public static CgroupException incomplete(CgroupException failure, List<String> left) {
    return new CgroupException(failure.getMessage() + "; not put back: " + String.join(", ", left));
  }

  private static boolean isRestored(CgroupFiles files, Old old) {
    if (old.isSingle()) {
      try {
        // An empty list of processors is written as an empty line.
        files.write(old.file, old.value.isEmpty() ? "\n" : old.value);
        return true;
      } catch (CgroupException e) {
        // It may never have been changed, being what was refused.
      }
    }
    return old.value.equals(files.read(old.file));
  }
}
