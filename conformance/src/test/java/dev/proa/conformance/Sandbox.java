package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.GlobalOptions;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.Leftovers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What one test has: a folder, a state root, a runtime, and one unique name that everything it
 * makes carries. After the test every container is deleted and nothing of the name may be left;
 * whatever is left fails the test and is removed.
 */
public final class Sandbox implements BeforeEachCallback, AfterEachCallback {
  private TestRun run;
  private String name;
  private Path folder;
  private Launcher launcher;
  private OciRuntime runtime;
  private Leftovers leftovers;
  private final Map<String, OciRuntime> containers = new HashMap<>();
  private final List<Path> mounted = new ArrayList<>();
  private int bundles;

  @Override
  public void beforeEach(ExtensionContext context) {
    run = TestRun.of(context);
    String number = run.nextTest();
    name = run.name() + "-" + number;
    folder = HostFiles.folder(run.folder().resolve(number));
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put(TestRun.VARIABLE, name);
    // Which defence an executable made by hack/mutants leaves out; others know no such variable.
    environment.put("PROA_MUTANT", System.getProperty("mutant", ""));
    launcher = new Launcher(HostFiles.folder(folder.resolve("io")), environment);
    runtime =
        new OciRuntime(run.executable(), GlobalOptions.root(folder.resolve("root")), launcher);
    leftovers = new Leftovers(folder, name, TestRun.VARIABLE + "=" + name);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<String> faults = new ArrayList<>();
    // First: a run in the foreground would delete its container at the same time.
    launcher.started().forEach(Execution::destroy);
    containers.forEach(
        (id, of) -> {
          Result deleted = of.deleteForce(id);
          if (deleted.exit() != 0) {
            faults.add(deleted.toString());
          }
        });
    // Lazily: a container's processes may still be leaving.
    mounted.forEach(point -> launcher.run("umount", "-l", point.toString()));
    if (!Poll.within(Duration.ofSeconds(2), () -> left().isEmpty())) {
      faults.add("left after the test: " + left());
    }
    leftovers.remove();
    assertEquals(List.of(), faults);
  }

  /** The runtime under test, with a state root of this test's own. */
  public OciRuntime runtime() {
    return runtime;
  }

  /** Which runtime it is. */
  public RuntimeKind kind() {
    return run.kind(runtime);
  }

  /** The test's unique name. */
  public String name() {
    return name;
  }

  /** The test's folder. */
  public Path folder() {
    return folder;
  }

  /** The state root. */
  public Path root() {
    return runtime.globals().root();
  }

  /** A new bundle, to be edited. */
  public Bundle bundle() {
    bundles++;
    String bundle = "b" + bundles;
    return new Bundle(
        name + "-" + bundle, folder.resolve(bundle), run.busybox(), "/" + name + "/" + bundle);
  }

  /** Runs a host command, which must succeed, and returns its stdout without white space around. */
  public String host(String... command) {
    return launcher.run(command).exits(0).text();
  }

  /** Runs mount(8), which must succeed; what it mounts is unmounted after the test. */
  public void mount(Path point, String... options) {
    List<String> command = new ArrayList<>(List.of("mount"));
    command.addAll(List.of(options));
    command.add(point.toString());
    launcher.run(command.toArray(String[]::new)).succeeds();
    mounted.addFirst(point);
  }

  /** Starts a host command. */
  public Execution begin(String... command) {
    return launcher.begin(List.of(command), Map.of(), Launcher.Stdin.NULL);
  }

  /** Starts a host command whose stdin is a pipe from the test. */
  public Execution beginTyping(String... command) {
    return launcher.begin(List.of(command), Map.of(), Launcher.Stdin.PIPE);
  }

  /** Remembers a container for deletion, when a test makes it by itself. */
  public String owns(String id, OciRuntime of) {
    containers.put(id, of);
    return id;
  }

  /** {@code run} in the foreground until it ends; the id is the bundle's name. */
  public Result run(Bundle bundle) {
    return runtime.run(owns(bundle.name(), runtime), RunOptions.bundle(bundle.write()));
  }

  /** {@code run} that must succeed silently; returns the lines of its stdout. */
  public List<String> lines(Bundle bundle) {
    return run(bundle).succeeds().lines();
  }

  /** {@code run} that must succeed silently; returns its stdout without white space around. */
  public String output(Bundle bundle) {
    return run(bundle).succeeds().text();
  }

  /** {@code run} in the foreground, not waiting. */
  public Execution beginRun(Bundle bundle) {
    return runtime.beginRun(
        owns(bundle.name(), runtime), RunOptions.bundle(bundle.write()), Launcher.Stdin.PIPE);
  }

  /** {@code create}, as a caller that does not trust it. */
  public Result tryCreate(Bundle bundle) {
    return runtime.create(owns(bundle.name(), runtime), CreateOptions.bundle(bundle.write()));
  }

  /** {@code create}, which must succeed. */
  public Container create(Bundle bundle) {
    return create(bundle, CreateOptions.bundle(bundle.write()), runtime);
  }

  /** {@code create} with options, which must succeed. */
  public Container create(Bundle bundle, CreateOptions options, OciRuntime of) {
    String id = owns(bundle.name(), of);
    bundle.write();
    Execution creation = of.beginCreate(id, options, Launcher.Stdin.NULL);
    creation.await().succeeds();
    return new Container(of, id, bundle, creation);
  }

  /** {@code create} and {@code start}. */
  public Container started(Bundle bundle) {
    return create(bundle).start();
  }

  /** Starts a container with that script, which goes on once the script has said that. */
  public Container saying(Bundle bundle, String script, String last) {
    Container container = started(bundle.shell(script));
    Poll.until(
        last,
        Duration.ofSeconds(20),
        () -> container.stdout() + container.stderr(),
        text -> text.contains(last));
    return container;
  }

  /** Asserts that the test has no state folder, mount, cgroup or process (any more). */
  public void assertNothingLeft() {
    assertTrue(Poll.within(Duration.ofSeconds(2), () -> left().isEmpty()), () -> "left: " + left());
  }

  /** What the test has at this moment: processes, mounts, cgroups, states. */
  public List<String> left() {
    List<String> found = new ArrayList<>();
    for (int pid : leftovers.processes()) {
      found.add(
          "process "
              + pid
              + ": "
              + HostFiles.readOrEmpty(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' '));
    }
    leftovers.mounts().forEach(mount -> found.add("mount " + mount));
    leftovers.containerCgroups().forEach(cgroup -> found.add("cgroup " + cgroup));
    HostFiles.list(root()).forEach(state -> found.add("state " + state));
    return found;
  }
}
