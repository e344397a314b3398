package dev.proa.cgroup;

import dev.proa.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;

/**
 * The values that an update replaces, so that one that fails half way leaves the limits as they
 * were. Only files with one value are remembered; lists by device stay as far as they got.
 */
public final class Undo {
  private record Old(String directory, Write write) {}

  private final List<Old> olds = new ArrayList<>();

  /** Remembers what these writes replace. */
  public void remember(CgroupFiles files, List<Write> writes) {
    for (Write write : writes) {
      Write each = write;
      while (each != null) {
        String value = read(files, each.file());
        if (value != null) {
          olds.add(new Old(files.path(), Write.of(null, each.file(), value)));
        }
        each = each.otherwise();
      }
    }
  }

  private static String read(CgroupFiles files, String file) {
    try {
      String value = files.read(file);
      boolean single =
          value != null
              && !value.isEmpty()
              && value.indexOf('\n') < 0
              && value.indexOf(':') < 0
              && (value.indexOf(' ') < 0 || file.equals("cpu.max"));
      return single ? value : null;
    } catch (CgroupException e) {
      return null; // a file that can only be written
    }
  }

  /** Writes the old values back, last first: each step back was a valid state before. */
  public void restore(Kernel kernel) {
    for (int i = olds.size() - 1; i >= 0; i--) {
      Old old = olds.get(i);
      try (CgroupFiles files = CgroupFiles.openIfPresent(kernel, old.directory())) {
        if (files != null) {
          files.write(List.of(old.write()));
        }
      } catch (CgroupException e) {
        // As far as the kernel lets it: the failure that is reported is the update's.
      }
    }
  }
}
