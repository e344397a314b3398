package dev.proa.rehearsal;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files that the kernel puts into a new cgroup, and what they say there: as in the cgroups that
 * are there already.
 */
final class NewCgroups {
  private static final long CGROUP1 = 0x27e0eb;

  private static final List<String> BELOW_TOP_OF_V1 =
      List.of("freezer.state", "pids.max", "pids.current", "rdma.max", "rdma.current");

  private final Kernel machine;
  private final FileCalls files;
  private final Map<String, String> written = new HashMap<>();

  NewCgroups(Kernel machine) {
    this.machine = machine;
    this.files = new FileCalls(machine);
  }

  /**
   * Whether a new cgroup has that file.
   *
   * @param above the nearest folder above that the machine has
   */
  boolean has(String above, String file) {
    long type = typeOf(above);
    if (type != CGROUP1 && type != MountCalls.CGROUP2_SUPER_MAGIC) {
      return false;
    }
    String sample = sample(above);
    return sample == null
        ? files.exists(Fd.CWD, above + "/" + file) || isBelowTop(type, above, file)
        : files.exists(Fd.CWD, sample + "/" + file);
  }

  private long typeOf(String above) {
    try (Fd fd = files.openIfPresent(Fd.CWD, above, FileCalls.O_PATH)) {
      return fd == null ? 0 : new MountCalls(machine).statfs(fd).type();
    }
  }

  /**
   * A cgroup like the new one: one below the top, which has files that the top has not. Null where
   * there is none.
   */
  private String sample(String above) {
    try {
      for (String name : files.list(Fd.CWD, above)) {
        if (files.stat(Fd.CWD, above + "/" + name).isDirectory()) {
          return above + "/" + name;
        }
      }
    } catch (KernelException e) {
      return null;
    }
    return null;
  }

  /**
   * Whether it is one of the files that every cgroup has but the top (CFTYPE_NOT_ON_ROOT, the
   * kernel's cgroup-defs.h): nothing shows them where the new cgroup is the first.
   */
  private boolean isBelowTop(long type, String above, String file) {
    String controller = file.substring(0, Math.max(file.indexOf('.'), 0));
    return type == CGROUP1
        ? BELOW_TOP_OF_V1.contains(file) || controller.equals("hugetlb")
        : controller.equals("cgroup")
            || List.of(files.readText(above + "/cgroup.controllers").strip().split(" "))
                .contains(controller);
  }

  /** What a file of the new cgroup says. */
  byte[] read(String above, String path) {
    String file = path.substring(path.lastIndexOf('/') + 1);
    String text =
        switch (file) {
          case "devices.list" -> written.getOrDefault(path, "a *:* rwm\n");
          case "cgroup.type" -> "domain";
          case "cgroup.controllers" -> files.readText(above + "/cgroup.controllers");
          case "freezer.state" -> "THAWED";
          case "cgroup.freeze", "memory.current", "memory.usage_in_bytes" -> "0";
          default -> written.getOrDefault(path, "");
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Takes what is written to a file of the new cgroup. */
  void write(String path, String data) {
    String folder = path.substring(0, path.lastIndexOf('/') + 1);
    String file = path.substring(folder.length());
    if (file.equals("devices.allow") || file.equals("devices.deny")) {
      writeDevices(folder + "devices.list", file.equals("devices.allow"), data);
    } else {
      written.put(path, data);
    }
  }

  /** Documentation/admin-guide/cgroup-v1/devices.rst. */
  private void writeDevices(String list, boolean allow, String rule) {
    List<String> lines = new ArrayList<>();
    if (rule.startsWith("a")) {
      written.put(list, allow ? "a *:* rwm\n" : "");
      return;
    }
    String old = written.getOrDefault(list, "a *:* rwm\n");
    if (old.startsWith("a")) {
      return; // the exceptions of a cgroup that permits everything are not told
    }
    lines.addAll(old.lines().toList());
    if (allow) {
      lines.add(rule);
    } else {
      lines.remove(rule);
    }
    written.put(list, String.join("\n", lines));
  }
}
