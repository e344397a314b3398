package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.criu.Criu;
import dev.proa.criu.CriuException;
import dev.proa.criu.CriuOpts;
import dev.proa.handshake.Channel;
import dev.proa.hook.HookRunner;
import dev.proa.hook.HookState;
import dev.proa.kernel.Environment;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.setup.CgroupView;
import dev.proa.setup.ExternalMounts;
import dev.proa.setup.MountPoints;
import dev.proa.setup.SetupException;
import dev.proa.spec.Hooks;
import dev.proa.spec.Json;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.Spec;
import dev.proa.spec.State;
import dev.proa.spec.linux.Namespace;
import dev.proa.state.StateFolder;
import dev.proa.terminal.ConsoleSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** Brings a container's init about from the images of a checkpoint. */
final class Restoration {
  private final RestoreRequest request;

  Restoration(RestoreRequest request) {
    this.request = request;
  }

  /**
   * Restores.
   *
   * @param folder the container's state folder
   * @param cgroup made already, with its limits set
   * @param console takes the master of the container's pseudoterminal, or null
   * @param record writes init's pid down
   * @return init's pid; it is a child of this process
   */
  int restore(
      Kernel kernel,
      StateFolder folder,
      Bundle bundle,
      Cgroup cgroup,
      CgroupView view,
      HookState hookState,
      Hooks hooks,
      Fd console,
      IntConsumer record) {
    makeMountPoints(kernel, bundle);
    FileCalls files = new FileCalls(kernel);
    String root = folder.path() + "/" + StateFolder.CRIU_ROOT;
    files.mkdir(Fd.CWD, root, 0700);
    MountCalls mounts = new MountCalls(kernel);
    try {
      // In the host's mount namespace: in one of this process's own CRIU would not find the peer
      // groups whose slaves the container's mounts are.
      mounts.mount(bundle.rootfs(), root, null, MountCalls.MS_BIND | MountCalls.MS_REC, null);
      int pid = restore(kernel, root, bundle, cgroup, view, hookState, hooks, console);
      record.accept(pid); // as long as the folder tells that something was made
      return pid;
    } finally {
      folder.removeRoot();
    }
  }

  private int restore(
      Kernel kernel,
      String root,
      Bundle bundle,
      Cgroup cgroup,
      CgroupView view,
      HookState hookState,
      Hooks hooks,
      Fd console) {
    Spec spec = bundle.spec();
    FileCalls files = new FileCalls(kernel);
    List<Fd> namespaces = new ArrayList<>();
    try (CriuFolders folders =
        CriuFolders.open(kernel, request.imagePath(), request.workPath(), "restore.log")) {
      CriuOpts opts =
          folders
              .opts(kernel, spec.annotations())
              .common(request.common())
              .root(root)
              .evasiveDevices()
              .rstSibling()
              .tcpClose(request.tcpClose());
      if (request.lsmProfile() != null) {
        opts.lsmProfile(request.lsmProfile());
      }
      if (request.lsmMountContext() != null) {
        opts.lsmMountContext(request.lsmMountContext());
      }
      joinNamespaces(files, opts, spec, namespaces);
      for (Map.Entry<String, String> mount :
          ExternalMounts.of(spec, bundle.path(), view).entrySet()) {
        opts.extMnt(mount.getKey(), mount.getValue());
      }
      if (!ExternalMounts.masked(spec).isEmpty()) {
        opts.extMnt(ExternalMounts.MASK, ExternalMounts.MASK);
      }
      inheritPipes(files, folders, opts);
      return ask(
          kernel,
          folders,
          opts,
          cgroup,
          namespaces,
          (script, pid, fds) -> {
            if (script.equals("setup-namespaces")) {
              byte[] state = hookState.text(State.Status.CREATING, pid);
              HookRunner runner = new HookRunner(kernel);
              runner.run("prestart", hooks.prestart(), state, List.of());
              runner.run("createRuntime", hooks.createRuntime(), state, List.of());
            } else if (script.equals("orphan-pts-master") && console != null && !fds.isEmpty()) {
              try (Fd master = fds.getFirst()) {
                ConsoleSocket.send(kernel, console, master, ConsoleSocket.PTMX);
              }
            }
          });
    } finally {
      for (Fd namespace : namespaces) {
        namespace.close();
      }
    }
  }

  private static int ask(
      Kernel kernel,
      CriuFolders folders,
      CriuOpts opts,
      Cgroup cgroup,
      List<Fd> inherited,
      Criu.Notified notified) {
    try (Criu criu = Criu.start(kernel, Environment.all(), true, inherited)) {
      cgroup.join(criu.pid());
      String cgroups = new FileCalls(kernel).readText("/proc/" + criu.pid() + "/cgroup");
      for (String line : cgroups.split("\n")) {
        String[] parts = line.split(":", 3);
        for (String controller : parts[1].split(",")) {
          opts.cgRoot(controller, parts[2]);
        }
      }
      int pid = criu.ask(Criu.Type.RESTORE, opts, notified);
      criu.end();
      return pid;
    } catch (CriuException e) {
      throw folders.failed(e);
    }
  }

  private static void joinNamespaces(
      FileCalls files, CriuOpts opts, Spec spec, List<Fd> inherited) {
    if (spec.linux() == null) {
      return;
    }
    for (Namespace namespace : spec.linux().namespaces()) {
      if (namespace.path() == null || namespace.path().isEmpty()) {
        continue;
      }
      String key = CriuNamespaces.external(namespace.type());
      if (key == null) {
        opts.joinNs(namespace.type().file(), namespace.path());
      } else {
        Fd file = files.open(namespace.path(), FileCalls.O_RDONLY);
        inherited.add(file);
        opts.inheritFd(key, file.number());
      }
    }
  }

  /** Pipes of the dumped container's standard descriptors become this process's own. */
  private static void inheritPipes(FileCalls files, CriuFolders folders, CriuOpts opts) {
    byte[] text;
    try {
      text = files.readFile(folders.images(), Checkpoint.DESCRIPTORS);
    } catch (KernelException e) {
      throw new SetupException(Checkpoint.DESCRIPTORS + ": " + e.getMessage());
    }
    int number = 0;
    for (Json link : JsonDocument.parse(Checkpoint.DESCRIPTORS, text).root().elements()) {
      if (link.asText().contains("pipe:")) {
        opts.inheritFd(link.asText(), number);
      }
      number++;
    }
  }

  /** In a process of its own, whose mounts end with it. */
  private static void makeMountPoints(Kernel kernel, Bundle bundle) {
    Channel.Pair pair = Channel.pair(kernel);
    int child = new ProcessCalls(kernel).fork();
    if (child == 0) {
      try {
        MountPoints.separate(kernel);
        MountPoints.make(kernel, bundle.rootfs(), bundle.spec().mounts(), bundle.path());
        kernel.call(ProcessCalls.exit(0));
      } catch (Throwable e) { // it must reach the runtime, and this process must end
        pair.init().fail(e instanceof KernelException ? e.getMessage() : e.toString());
      }
      kernel.call(ProcessCalls.exit(1));
    }
    pair.init().close();
    try (Channel channel = pair.runtime()) {
      var failure = channel.receive();
      new ProcessCalls(kernel).wait4(child, ProcessCalls.WALL);
      if (failure != null) {
        throw new SetupException("mounts: " + failure.payload());
      }
    }
  }
}
