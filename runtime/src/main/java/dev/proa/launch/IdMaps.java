package dev.proa.launch;

import dev.proa.hook.Subprocess;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.setup.SetupException;
import dev.proa.spec.linux.IdMapping;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the id mappings of a process that is in a new user namespace: user_namespaces(7).
 *
 * <p>Root writes {@code /proc/PID/uid_map} itself. An unprivileged user may write one line that
 * maps its own id, after {@code setgroups} is denied; for more the setuid programs newuidmap and
 * newgidmap do it, within /etc/subuid and /etc/subgid.
 */
final class IdMaps {
  private final Kernel kernel;
  private final FileCalls files;
  private final boolean privileged;

  /**
   * @param privileged whether the runtime has CAP_SETUID and CAP_SETGID in its user namespace
   */
  IdMaps(Kernel kernel, boolean privileged) {
    this.kernel = kernel;
    this.files = new FileCalls(kernel);
    this.privileged = privileged;
  }

  /** Writes both maps of {@code pid}. */
  void write(int pid, List<IdMapping> uids, List<IdMapping> gids) {
    String folder = "/proc/" + pid + "/";
    if (privileged) {
      map(folder + "uid_map", "linux.uidMappings", uids);
      map(folder + "gid_map", "linux.gidMappings", gids);
      return;
    }
    if (uids.size() == 1 && uids.getFirst().size() == 1) {
      map(folder + "uid_map", "linux.uidMappings", uids);
    } else {
      helper("newuidmap", pid, "linux.uidMappings", uids);
    }
    if (gids.size() == 1 && gids.getFirst().size() == 1) {
      // Linux 3.19: the price of an unprivileged gid_map (CVE-2014-8989)
      text(folder + "setgroups", "linux.gidMappings", "deny");
      map(folder + "gid_map", "linux.gidMappings", gids);
    } else {
      helper("newgidmap", pid, "linux.gidMappings", gids);
    }
  }

  private void map(String path, String section, List<IdMapping> mappings) {
    StringBuilder lines = new StringBuilder();
    for (IdMapping mapping : mappings) {
      lines.append(Integer.toUnsignedString((int) mapping.containerID())).append(' ');
      lines.append(Integer.toUnsignedString((int) mapping.hostID())).append(' ');
      lines.append(Integer.toUnsignedString((int) mapping.size())).append('\n');
    }
    text(path, section, lines.toString());
  }

  private void text(String path, String section, String text) {
    try {
      files.writeFile(Fd.CWD, path, text.getBytes(StandardCharsets.US_ASCII));
    } catch (KernelException e) {
      throw new SetupException(section + ": " + path + ": " + e.getMessage());
    }
  }

  private void helper(String program, int pid, String section, List<IdMapping> mappings) {
    List<String> args = new ArrayList<>();
    args.add(program);
    args.add(Integer.toString(pid));
    for (IdMapping mapping : mappings) {
      args.add(Long.toString(mapping.containerID()));
      args.add(Long.toString(mapping.hostID()));
      args.add(Long.toString(mapping.size()));
    }
    String failure = Subprocess.run(kernel, "/usr/bin/" + program, args);
    if (failure != null) {
      throw new SetupException(section + ": " + program + ": " + failure);
    }
  }
}
