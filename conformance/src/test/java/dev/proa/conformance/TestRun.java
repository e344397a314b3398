package dev.proa.conformance;

import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.Leftovers;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One run of the tests: its unique name, {@code proa-it-PID.STARTTIME} of the JVM, its folder of
 * the same name, and the root file system shared by all. Removes first what runs have left whose
 * JVM was killed: their names tell that it no longer lives.
 */
public final class TestRun implements AutoCloseable {
  /** The environment variable by which processes of a test are known. */
  public static final String VARIABLE = "PROA_IT";

  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(TestRun.class);
  private static final Path TEMPORARY = Path.of("/tmp");
  private static final Pattern NAME = Pattern.compile("proa-it-(\\d+)\\.(\\d+)");

  private final String name;
  private final Path folder;
  private final String executable;
  private final Busybox busybox;
  private RuntimeKind kind;
  private int tests;

  TestRun() {
    if (!HostFiles.read("/proc/self/status").contains("\nUid:\t0\t0\t")) {
      throw new IllegalStateException("the conformance tests make containers: run them as root");
    }
    removeAborted();
    long pid = ProcessHandle.current().pid();
    this.name = "proa-it-" + pid + "." + startTime(pid);
    this.folder = HostFiles.folder(TEMPORARY.resolve(name));
    HostFiles.mode(folder, "rwxr-xr-x");
    this.executable = locate();
    this.busybox = new Busybox(folder);
  }

  /** The run that a test or its class belongs to: one for all of them. */
  public static TestRun of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .getOrComputeIfAbsent("run", key -> new TestRun(), TestRun.class);
  }

  private static String locate() {
    String given = System.getProperty("runtime", "../runtime/target/proa");
    if (!given.contains("/")) {
      return given;
    }
    Path path = Path.of(given).toAbsolutePath().normalize();
    if (!Files.isExecutable(path)) {
      throw new IllegalStateException(
          "no executable " + path + ": build it with mvn -Pnative package, or give -Druntime=PATH");
    }
    return path.toString();
  }

  /** Its unique name. */
  public String name() {
    return name;
  }

  /** Its folder. */
  public Path folder() {
    return folder;
  }

  /** The executable under test: a path, or a name found in PATH. */
  public String executable() {
    return executable;
  }

  /** The programs of every root file system. */
  public Busybox busybox() {
    return busybox;
  }

  /** Which runtime it is; asked once. */
  public RuntimeKind kind(OciRuntime runtime) {
    if (kind == null) {
      kind = runtime.kind();
    }
    return kind;
  }

  /** A name for what comes next: a test, or a caller with all its tests. */
  public String nextTest() {
    tests++;
    return "t" + tests;
  }

  /** Removes what runs without a living JVM have left: in /tmp, and among the cgroups. */
  static void removeAborted() {
    for (Path each : HostFiles.list(TEMPORARY)) {
      removeIfAborted(each.getFileName().toString());
    }
    Leftovers all = new Leftovers(TEMPORARY.resolve("proa-it-"), "proa-it-", VARIABLE + "=");
    for (Path cgroup : all.cgroups()) {
      removeIfAborted(cgroup.getFileName().toString());
    }
  }

  private static void removeIfAborted(String entry) {
    Matcher name = NAME.matcher(entry);
    if (!name.lookingAt()) {
      return;
    }
    if (startTime(Long.parseLong(name.group(1))) == Long.parseLong(name.group(2))) {
      return;
    }
    Path folder = TEMPORARY.resolve(name.group());
    // The tests of that run had their own names: proa-it-PID.STARTTIME-tN.
    for (Path test : HostFiles.list(folder)) {
      if (Files.isDirectory(test, LinkOption.NOFOLLOW_LINKS)) {
        String full = name.group() + "-" + test.getFileName();
        new Leftovers(test, full, VARIABLE + "=" + full).remove();
      }
    }
    new Leftovers(folder, name.group() + "-", VARIABLE + "=" + name.group()).remove();
  }

  /** Field 22 of proc_pid_stat(5), in clock ticks since boot; 0 where no such process lives. */
  private static long startTime(long pid) {
    String stat = HostFiles.readOrEmpty(Path.of("/proc/" + pid + "/stat"));
    if (stat.isEmpty()) {
      return 0;
    }
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
  }

  @Override
  public void close() {
    HostFiles.deleteTree(folder);
  }
}
