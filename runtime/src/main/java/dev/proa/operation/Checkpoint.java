package dev.proa.operation;

import dev.proa.cgroup.Layout;
import dev.proa.criu.Criu;
import dev.proa.criu.CriuException;
import dev.proa.criu.CriuOpts;
import dev.proa.kernel.Environment;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.Paths;
import dev.proa.kernel.Stat;
import dev.proa.setup.ExternalMounts;
import dev.proa.setup.Rootfs;
import dev.proa.spec.JsonWriter;
import dev.proa.spec.Spec;
import dev.proa.spec.Specs;
import dev.proa.spec.State;
import dev.proa.spec.linux.Namespace;
import dev.proa.state.ContainerState;
import java.util.List;
import java.util.Map;

/** {@code checkpoint}: has CRIU write a running container to image files. */
public final class Checkpoint {
  /** The file beside the images that keeps what the standard descriptors were. */
  static final String DESCRIPTORS = "descriptors.json";

  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public Checkpoint(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Dumps the container and, unless it shall go on, deletes it.
   *
   * @return which poststop hooks failed, one sentence each
   * @throws OperationException if the container does not run, or CRIU fails
   */
  public List<String> checkpoint(String id, CheckpointRequest request) {
    try (Container container = Container.open(kernel, settings, id)) {
      State.Status status = container.status();
      if (status != State.Status.RUNNING && status != State.Status.PAUSED) {
        throw new OperationException("Container cannot be checkpointed in " + status + " state");
      }
      if (request.parentPath() != null) {
        checkParent(request);
      }
      ContainerState state = container.state();
      try (CriuFolders folders =
          CriuFolders.open(kernel, request.imagePath(), request.workPath(), "dump.log")) {
        Spec spec = Specs.trusted("config.json", container.folder().readConfig());
        CriuOpts opts = opts(folders, spec, state, request);
        if (!request.preDump()) {
          writeDescriptors(folders, state.initProcessPid());
        }
        dump(folders, opts, request);
      }
      return request.leaveRunning() || request.preDump()
          ? List.of()
          : Delete.destroy(kernel, container.folder(), state);
    }
  }

  private void checkParent(CheckpointRequest request) {
    if (request.parentPath().startsWith("/")) {
      throw new OperationException("--parent-path must be relative to --image-path");
    }
    String parent = Paths.absolute(request.imagePath(), request.parentPath());
    Stat stat = new FileCalls(kernel).stat(Fd.CWD, parent);
    if (stat == null || !stat.isDirectory()) {
      throw new OperationException("--parent-path: " + parent + " is not a directory");
    }
  }

  private void dump(CriuFolders folders, CriuOpts opts, CheckpointRequest request) {
    Criu.Type type = request.preDump() ? Criu.Type.PRE_DUMP : Criu.Type.DUMP;
    List<Fd> inherited =
        request.statusFd() < 0 ? List.of() : List.of(new Fd(kernel, request.statusFd(), "status"));
    try (Criu criu = Criu.start(kernel, Environment.all(), false, inherited)) {
      criu.ask(type, opts, (script, pid, fds) -> notified(script, request));
      if (!request.preDump()) { // after a pre-dump it waits for the next, until it is killed
        criu.end();
      }
    } catch (CriuException e) {
      throw folders.failed(e);
    }
  }

  private void notified(String script, CheckpointRequest request) {
    if (script.equals("status-ready") && request.statusFd() >= 0) {
      try (Fd status = new Fd(kernel, request.statusFd(), "status")) {
        new FileCalls(kernel).writeAll(status, new byte[1]);
      }
    }
  }

  private CriuOpts opts(
      CriuFolders folders, Spec spec, ContainerState state, CheckpointRequest request) {
    CriuOpts opts =
        folders
            .opts(kernel, spec.annotations())
            .common(request.common())
            .root(state.rootfs())
            .pid(state.initProcessPid())
            .leaveRunning(request.leaveRunning())
            .linkRemap(request.linkRemap())
            .tcpSkipInFlight(request.tcpSkipInFlight());
    if (request.parentPath() != null) {
      opts.parentImg(request.parentPath());
    }
    if (request.pageServer() != null) {
      int colon = request.pageServer().lastIndexOf(':');
      opts.pageServer(
          request.pageServer().substring(0, colon),
          Integer.parseInt(request.pageServer().substring(colon + 1)));
    }
    if (request.statusFd() >= 0) {
      opts.statusFd(request.statusFd());
    }
    String freezer =
        state.cgroupPaths().getOrDefault("freezer", state.cgroupPaths().get(Layout.UNIFIED));
    if (freezer != null) {
      opts.freezeCgroup(freezer);
    }
    externalNamespaces(opts, spec);
    if (!request.preDump()) {
      externalMounts(opts, spec, state);
    }
    return opts;
  }

  /** Namespaces that the container joined are the host's: they are joined again. */
  private void externalNamespaces(CriuOpts opts, Spec spec) {
    if (spec.linux() == null) {
      return;
    }
    for (Namespace namespace : spec.linux().namespaces()) {
      boolean joined = namespace.path() != null && !namespace.path().isEmpty();
      String name = CriuNamespaces.external(namespace.type());
      if (joined && name != null) {
        Stat stat = new FileCalls(kernel).stat(Fd.CWD, namespace.path());
        if (stat != null) {
          opts.external(namespace.type().file() + "[" + stat.ino() + "]:" + name);
        }
      }
    }
  }

  private void externalMounts(CriuOpts opts, Spec spec, ContainerState state) {
    Map<String, String> mounts =
        ExternalMounts.of(spec, state.bundle(), CgroupOf.view(kernel, state, spec));
    for (String destination : mounts.keySet()) {
      opts.extMnt(destination, destination);
    }
    FileCalls files = new FileCalls(kernel);
    try (Fd root =
        files.open(
            "/proc/" + state.initProcessPid() + "/root",
            FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      Rootfs rootfs = new Rootfs(kernel, root);
      for (String masked : ExternalMounts.masked(spec)) {
        try (Fd file = rootfs.openIfPresent(masked, FileCalls.O_PATH)) {
          if (file != null && !files.stat(file).isDirectory()) {
            opts.extMnt(masked, ExternalMounts.MASK);
          }
        }
      }
    }
  }

  /** What the standard descriptors are: pipes are connected to the restoring runtime's. */
  private void writeDescriptors(CriuFolders folders, int pid) {
    FileCalls files = new FileCalls(kernel);
    JsonWriter json = JsonWriter.compact();
    json.beginArray();
    for (int number = 0; number <= 2; number++) {
      json.value(files.readlink(Fd.CWD, "/proc/" + pid + "/fd/" + number));
    }
    json.endArray();
    try (Fd file =
        files.open(
            folders.images(),
            DESCRIPTORS,
            FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_TRUNC,
            0600)) {
      files.writeAll(file, json.toBytes());
    }
  }
}
