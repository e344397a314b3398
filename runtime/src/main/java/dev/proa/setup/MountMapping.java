package dev.proa.setup;

import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.spec.linux.IdMapping;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The owners that the files of a mount appear to have: config.md, Mounts, {@code uidMappings} and
 * {@code gidMappings}. The kernel takes them as a user namespace (mount_setattr(2),
 * MOUNT_ATTR_IDMAP, Linux 5.12), which is made by a child that only waits.
 *
 * @param recursive whether the mounts below are mapped too
 */
record MountMapping(List<IdMapping> uids, List<IdMapping> gids, boolean recursive) {

  /** Maps a detached mount that nobody has seen yet. */
  void apply(Kernel kernel, Fd tree) {
    try (Fd namespace = namespace(kernel)) {
      new MountCalls(kernel)
          .setAttributes(tree, recursive, MountCalls.MOUNT_ATTR_IDMAP, 0, 0, namespace);
    }
  }

  private Fd namespace(Kernel kernel) {
    FileCalls files = new FileCalls(kernel);
    ProcessCalls processes = new ProcessCalls(kernel);
    Fd[] pipe = new DescriptorCalls(kernel).pipe();
    int pid = processes.clone3(NamespaceCalls.CLONE_NEWUSER, Signal.SIGCHLD, null);
    if (pid == 0) {
      waitForEnd(kernel, files, pipe);
    }
    pipe[0].close();
    try (Fd process = files.open("/proc/" + pid, FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      files.writeFile(process, "uid_map", lines(uids));
      files.writeFile(process, "gid_map", lines(gids));
      return files.open(process, "ns/user", FileCalls.O_RDONLY, 0);
    } finally {
      pipe[1].close();
      processes.wait4(pid, 0);
    }
  }

  /** The child: until the parent is done, or gone. */
  private static void waitForEnd(Kernel kernel, FileCalls files, Fd[] pipe) {
    pipe[1].close();
    try {
      files.read(pipe[0], new byte[1]);
    } finally {
      kernel.call(ProcessCalls.exit(0));
    }
  }

  private static byte[] lines(List<IdMapping> mappings) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < mappings.size(); i++) {
      IdMapping mapping = mappings.get(i);
      text.append(mapping.containerID()).append(' ').append(mapping.hostID());
      text.append(' ').append(mapping.size()).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
