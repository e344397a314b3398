package dev.proa.conformance.callers;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.Busybox;
import dev.proa.conformance.TestRun;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.GlobalOptions;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.Leftovers;
import dev.proa.conformance.host.MountPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * What a class of scenarios of one caller has: a unique name, a folder, a mount namespace with one
 * kind of cgroups, the rows of its results. The package tells how a class uses it.
 */
public final class Caller
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        TestWatcher {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final String VIEW =
      "if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi; "
          + "echo made; exec sleep infinity";
  private static final Duration LEAVING = Duration.ofSeconds(10);

  private final String caller;
  private final List<String> commands;
  private final Set<Path> watched = new LinkedHashSet<>();
  private TestRun run;
  private String name;
  private Path folder;
  private Launcher launcher;
  private Execution namespace;
  private Leftovers leftovers;
  private Rows rows;
  private Set<String> before = new LinkedHashSet<>();
  private String note = "";
  private Runnable cleaning;
  private int tests;

  /**
   * @param caller its name in the table
   * @param commands what must be installed, or else the class is skipped
   */
  public Caller(String caller, String... commands) {
    this.caller = caller;
    this.commands = List.of(commands);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    for (String command : commands) {
      assumeTrue(located(command) != null, command + " is not installed");
    }
    run = TestRun.of(context);
    String number = run.nextTest();
    name = run.name() + "-" + number;
    folder = HostFiles.folder(run.folder().resolve(number));
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", PATH);
    environment.put(TestRun.VARIABLE, name);
    launcher = new Launcher(HostFiles.folder(folder.resolve("io")), environment);
    leftovers = new Leftovers(folder, name, TestRun.VARIABLE + "=" + name);
    rows = new Rows(caller, kind().name().toLowerCase(Locale.ROOT));
    namespace =
        launcher.begin(
            List.of("unshare", "-m", "--propagation", "private", "sh", "-c", VIEW),
            Map.of(),
            Launcher.Stdin.NULL);
    namespace.awaitStdout(text -> text.contains("made"));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    tests++;
    note = "";
    before = found();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Poll.within(LEAVING, () -> added().isEmpty());
    List<String> left = added();
    if (!left.isEmpty() && cleaning != null) {
      // So that the next test does not find it too.
      cleaning.run();
    }
    if (!left.isEmpty()) {
      fail("left after the test: " + left);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (launcher == null) {
      return;
    }
    if (Path.of("/sys/fs/cgroup/unified").toFile().isDirectory()) {
      // Where cgroup2 is not mounted beside v1, crun makes plain folders in its place.
      run("sh", "-c", "rm -rf /sys/fs/cgroup/unified/" + name);
    }
    launcher.started().forEach(Execution::destroy);
    leftovers.remove();
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    rows.put(context.getDisplayName(), "passed", note);
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    // The table is the same for every run.
    message = message.replace(folder.toString(), "FOLDER").replace(name, "NAME");
    message = message.replace(idPrefix(), "ID-");
    rows.put(context.getDisplayName(), "failed", message);
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    String reason = String.valueOf(cause.getMessage()).replaceFirst("Assumption failed: ", "");
    rows.put(context.getDisplayName(), "skipped", reason);
  }

  /** The unique name that everything carries. */
  public String name() {
    return name;
  }

  /** A new id, unique on the machine and short, for a container of the running test. */
  public String id(String what) {
    return idPrefix() + tests + what;
  }

  private String idPrefix() {
    return "c" + name.replaceAll("[^0-9]", "") + "-";
  }

  /** Where everything is kept. */
  public Path folder() {
    return folder;
  }

  /** The absolute path of the runtime under test. */
  public String executable() {
    Path path = located(run.executable());
    if (path == null) {
      throw new IllegalStateException("no " + run.executable() + " in " + PATH);
    }
    return path.toString();
  }

  /** Which runtime that is. */
  public RuntimeKind kind() {
    return run.kind(new OciRuntime(run.executable(), GlobalOptions.root(null), launcher));
  }

  /** The programs of an image. */
  public Busybox busybox() {
    return run.busybox();
  }

  /** Nothing may be left in this folder after a test that was not there before it. */
  public Path watch(Path state) {
    watched.add(state);
    return state;
  }

  /** What to do when a test has left something. */
  public void cleanUp(Runnable action) {
    cleaning = action;
  }

  /** Says something in the row of the running test: a measurement. */
  public void note(String text) {
    note = text;
  }

  /** Runs a command in the caller's mount namespace, to its end. */
  public Result run(String... command) {
    return begin(List.of(command), Map.of(), Launcher.Stdin.NULL).await();
  }

  /** Starts a command in the caller's mount namespace. */
  public Execution begin(List<String> command, Map<String, String> more, Launcher.Stdin stdin) {
    List<String> line = new ArrayList<>();
    line.addAll(List.of("nsenter", "--mount=/proc/" + namespace.pid() + "/ns/mnt", "--"));
    line.addAll(command);
    return launcher.begin(line, more, stdin);
  }

  /** Asks a daemon to end and waits until it has. */
  public void stop(Execution daemon) {
    launcher.run("kill", Integer.toString(daemon.pid()));
    daemon.await();
  }

  /** A daemon that a test has started again is meant to stay after the test. */
  public void expect(Execution daemon) {
    before.add(process(daemon.pid()));
  }

  /** The pids of the caller's processes whose command line has this in it. */
  public List<Integer> processes(String commandLine) {
    List<Integer> found = new ArrayList<>();
    for (int pid : leftovers.processes()) {
      if (commandLine(pid).contains(commandLine)) {
        found.add(pid);
      }
    }
    return found;
  }

  /** The mounts in the caller's mount namespace. */
  public List<MountPoint> mounts() {
    return MountPoint.of(Integer.toString(namespace.pid()));
  }

  private List<String> added() {
    List<String> added = new ArrayList<>(found());
    added.removeAll(before);
    return added;
  }

  private Set<String> found() {
    Set<String> found = new LinkedHashSet<>();
    for (int pid : leftovers.processes()) {
      found.add(process(pid));
    }
    mounts().forEach(mount -> found.add("mount " + mount.point()));
    leftovers.containerCgroups().forEach(cgroup -> found.add("cgroup " + cgroup));
    for (Path state : watched) {
      HostFiles.list(state).forEach(entry -> found.add("state " + entry));
    }
    return found;
  }

  private static String process(int pid) {
    return "process " + pid + ": " + commandLine(pid);
  }

  private static String commandLine(int pid) {
    return HostFiles.readOrEmpty(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ').strip();
  }

  private static Path located(String command) {
    if (command.contains("/")) {
      return Path.of(command);
    }
    for (String directory : PATH.split(":")) {
      Path path = Path.of(directory, command);
      if (Files.isExecutable(path)) {
        return path;
      }
    }
    return null;
  }
}
