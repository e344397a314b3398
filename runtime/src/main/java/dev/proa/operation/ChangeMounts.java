package dev.proa.operation;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.MountInfo;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.launch.Visit;
import dev.proa.setup.LiveMounts;
import dev.proa.setup.Namespaces;
import dev.proa.setup.SelinuxLabel;
import dev.proa.spec.Json;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.JsonWriter;
import dev.proa.spec.Mount;
import dev.proa.spec.Spec;
import dev.proa.spec.Specs;
import java.util.ArrayList;
import java.util.List;

/** {@code mounts}: adds mounts to a running container, removes and lists them. */
public final class ChangeMounts {
  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public ChangeMounts(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Makes the mounts that the file lists: an array as a config's {@code mounts}, or an object with
   * one.
   *
   * @param file absolute; {@code /dev/stdin} for what is piped in
   * @throws OperationException if the container does not run
   * @throws dev.proa.setup.SetupException if a mount fails; those before it stay
   */
  public void add(String id, String file) {
    List<Mount> mounts = read(file);
    try (Container container = Container.open(kernel, settings, id)) {
      Spec spec = spec(container);
      LiveMounts plan = LiveMounts.plan(mounts, spec.linux(), SelinuxLabel.isEnabled(kernel));
      plan.openSources(kernel);
      visit(container, spec).make(plan::add);
    }
  }

  /** Removes the mounts at the destinations that the file lists, the last first. */
  public void remove(String id, String file) {
    List<Mount> mounts = read(file);
    try (Container container = Container.open(kernel, settings, id)) {
      visit(container, spec(container)).make(inside -> LiveMounts.remove(inside, mounts));
    }
  }

  /** What is mounted in the container now, in the order of its making, as a config's mounts. */
  public String list(String id) {
    try (Container container = Container.look(kernel, settings, id)) {
      demandRunning(container);
      String text =
          new FileCalls(kernel)
              .readText("/proc/" + container.state().initProcessPid() + "/mountinfo");
      JsonWriter json = JsonWriter.pretty();
      json.beginArray();
      for (String line : text.split("\n")) {
        write(json, line);
      }
      json.endArray();
      return json.line();
    }
  }

  /** proc_pid_mountinfo(5): the point and its options, then type, source and the other options. */
  private static void write(JsonWriter json, String line) {
    int dash = line.indexOf(" - ");
    if (dash < 0) {
      return;
    }
    String[] mount = line.substring(0, dash).split(" ");
    String[] system = line.substring(dash + 3).split(" ");
    json.beginObject();
    json.field("destination", MountInfo.unescape(mount[4]));
    json.field("type", system[0]);
    json.field("source", MountInfo.unescape(system[1]));
    json.texts("options", List.of(mount[5].split(",")));
    json.endObject();
  }

  private Spec spec(Container container) {
    demandRunning(container);
    return Specs.trusted("config.json", container.folder().readConfig());
  }

  private void demandRunning(Container container) {
    if (!container.init().isAlive(kernel)) {
      throw OperationException.notRunning();
    }
  }

  private Visit visit(Container container, Spec spec) {
    Namespaces namespaces = Namespaces.plan(spec.linux());
    if (!namespaces.has(NamespaceCalls.CLONE_NEWNS)) {
      throw new OperationException("the container has no mount namespace of its own");
    }
    Fd init = container.init().open(kernel);
    if (init == null) {
      throw OperationException.notRunning();
    }
    return new Visit(kernel, init, namespaces.has(NamespaceCalls.CLONE_NEWUSER));
  }

  private List<Mount> read(String file) {
    JsonDocument document =
        JsonDocument.parse(
            file, new FileCalls(kernel).readFile(Fd.CWD, file, JsonDocument.MAX_BYTES));
    Json root = document.root();
    List<Mount> mounts = new ArrayList<>();
    if (root.isArray()) {
      for (Json mount : root.elements()) {
        mounts.add(Mount.read(mount));
      }
    } else {
      mounts = root.list("mounts", Mount::read);
    }
    for (int i = 0; i < mounts.size(); i++) {
      Mount mount = mounts.get(i);
      if (mount.destination() == null || !mount.destination().startsWith("/")) {
        throw document.invalid("", "mounts[" + i + "].destination: must be an absolute path");
      }
    }
    return mounts;
  }
}
