package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code proa explain}: what it says is what strace(1) sees of the container's first process. */
class ExplainIT {
  private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern SYMBOL = Pattern.compile("\\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\\b");

  /** Made by the virtual machine, not by the plan; and close, which explain leaves out. */
  private static final Set<String> UNPLANNED =
      Set.of("mmap", "munmap", "mprotect", "madvise", "brk", "close");

  /** Their strings are what the kernel answers, or hold the time and pids. */
  private static final Set<String> ANSWERS =
      Set.of("read", "getcwd", "recvfrom", "keyctl", "sendto", "fstat", "newfstatat", "readlinkat");

  /** So much of each string is compared: a hook's state goes on with a pid. */
  private static final int LONGEST = 40;

  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void onlyHere() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "a command of proa's own");
  }

  private static String id(Bundle bundle) {
    return bundle.folder().getFileName().toString();
  }

  /** What explain says of the process of that name. */
  private List<String> explained(Bundle bundle, String process) {
    Result result =
        box.runtime().raw("explain", "--json", "--bundle", bundle.write().toString()).succeeds();
    JsonNode plan = OciRuntime.json(result.stdout());
    List<String> calls = new ArrayList<>();
    for (JsonNode each : plan.get("processes")) {
      if (each.get("name").asText().equals(process)) {
        each.get("calls").forEach(call -> calls.add(call.get("call").asText()));
      }
    }
    return calls;
  }

  /** What strace sees of the process that makes the container's mounts, from its first message. */
  private List<String> traced(Bundle bundle, OciRuntime runtime) {
    Path prefix = box.folder().resolve("trace-" + id(bundle));
    OciRuntime traced = runtime.through("strace", "-ff", "-s", "300", "-o", prefix.toString());
    traced
        .run(
            box.owns(id(bundle), runtime),
            RunOptions.of(CreateOptions.bundle(bundle.write())).withDetach())
        .exits(0);
    for (Path file : HostFiles.list(box.folder())) {
      if (!file.getFileName().toString().startsWith(prefix.getFileName() + ".")) {
        continue;
      }
      String text = HostFiles.read(file);
      if (text.contains("pivot_root(")) {
        return planned(text.lines().toList());
      }
    }
    throw new AssertionError("no process of the trace calls pivot_root");
  }

  private static List<String> planned(List<String> lines) {
    List<String> calls = new ArrayList<>();
    for (String line : lines) {
      String name = nameOf(line);
      boolean first = calls.isEmpty() && !name.equals("recvfrom");
      if (!first && !UNPLANNED.contains(name) && !line.startsWith("---")) {
        calls.add(line);
        if (name.equals("execve")) {
          break;
        }
      }
    }
    return calls;
  }

  private static String nameOf(String call) {
    int parenthesis = call.indexOf('(');
    return parenthesis < 0 ? call : call.substring(0, parenthesis);
  }

  private static List<String> strings(String call) {
    List<String> strings = new ArrayList<>();
    Matcher matcher = STRING.matcher(call);
    while (matcher.find()) {
      String text = matcher.group(1);
      strings.add(text.substring(0, Math.min(text.length(), LONGEST)));
    }
    return strings;
  }

  private static Set<String> symbols(String call) {
    Set<String> symbols = new HashSet<>();
    Matcher matcher = SYMBOL.matcher(STRING.matcher(call).replaceAll(""));
    while (matcher.find()) {
      symbols.add(matcher.group());
    }
    return symbols;
  }

  private void assertSame(Bundle bundle) {
    // First: a run makes mount points in the root file system.
    List<String> plan = explained(bundle, "init");
    assertSame(plan, traced(bundle, box.runtime()));
  }

  private static void assertSame(List<String> plan, List<String> trace) {
    for (int i = 0; i < Math.min(plan.size(), trace.size()); i++) {
      String said = plan.get(i);
      String done = trace.get(i);
      String both = "call " + i + " of init: explained " + said + ", made " + done;
      assertEquals(nameOf(done), nameOf(said), both);
      if (!ANSWERS.contains(nameOf(said)) && !nameOf(said).equals("execve")) {
        assertEquals(strings(done), strings(said), both);
      }
      assertTrue(symbols(done).containsAll(symbols(said)), both);
    }
    assertEquals(trace.size(), plan.size(), "calls of init");
    assertTrue(plan.size() > 100, () -> plan.size() + " calls are too few for a container");
  }

  private void needsStrace() {
    assumeTrue(Files.exists(Path.of("/usr/bin/strace")), "needs strace");
  }

  @Test
  void thePlanIsWhatTheFirstProcessDoes() {
    needsStrace();
    assertSame(box.bundle().args("true"));
  }

  @Test
  void alsoOfAFullConfig() {
    needsStrace();
    Bundle bundle =
        box.bundle()
            .args("true")
            .namespace("cgroup")
            .mount("/data/file", "bind", "/etc/passwd", "bind", "ro", "rprivate")
            .mount("/home", "tmpfs", "tmpfs", "tmpcopyup", "size=1m")
            .hook("createRuntime", "true")
            .with("/process/user", Map.of("uid", 1000, "gid", 1000, "additionalGids", List.of(5)))
            .with("/process/cwd", "/work/place")
            .with("/process/rlimits", List.of(Map.of("type", "RLIMIT_CORE", "soft", 0, "hard", 0)))
            .with("/linux/sysctl", Map.of("net.ipv4.ip_forward", "1", "kernel.msgmax", "8193"))
            .with(
                "/linux/devices",
                List.of(Map.of("path", "/dev/deep/x", "type", "c", "major", 1, "minor", 3)))
            .with(
                "/linux/seccomp",
                Map.of(
                    "defaultAction",
                    "SCMP_ACT_ALLOW",
                    "syscalls",
                    List.of(Map.of("names", List.of("reboot"), "action", "SCMP_ACT_ERRNO"))));
    bundle.file("/home/kept", "x");
    assertSame(bundle);
  }

  @Test
  void alsoInAUserNamespace() {
    needsStrace();
    assertSame(box.bundle().args("true").userNamespace(100_000, 65_536));
  }

  /**
   * What systemd does is not rehearsed; which of the two makes the cgroup is nothing to the first
   * process.
   */
  @Test
  void alsoOfAUnitOfSystemd() {
    needsStrace();
    assumeTrue(
        Container.isUnified() && Files.exists(Path.of("/run/systemd/system")),
        "this machine's pid 1 is not systemd with cgroup v2: hack/vm test ExplainIT");
    Bundle bundle = box.bundle().args("true");
    List<String> plan = explained(bundle, "init");
    bundle.with("/linux/cgroupsPath", "system.slice:it:" + bundle.name());
    OciRuntime systemd = box.runtime().with(box.runtime().globals().withSystemdCgroup());

    Result refused = systemd.raw("explain", "--bundle", bundle.write().toString()).exits(1);
    assertTrue(
        refused.error().contains("what systemd does cannot be rehearsed"), refused::toString);
    box.assertNothingLeft();

    assertSame(plan, traced(bundle, systemd));
  }

  @Test
  void nothingIsMade() {
    Bundle bundle = box.bundle().mount("/new/place", "tmpfs", "tmpfs");
    explained(bundle, "init");
    assertTrue(Files.notExists(bundle.rootfs().resolve("new")), "a mount point");
    assertTrue(Files.notExists(box.root()), "the state root");
    box.assertNothingLeft();
  }

  @Test
  void oneSection() {
    String text =
        box.runtime()
            .raw("explain", "--bundle", box.bundle().write().toString(), "process.capabilities")
            .succeeds()
            .stdout();
    assertTrue(text.contains("capset("), text);
    assertTrue(text.contains("bounding"), text);
    assertTrue(!text.contains("pivot_root"), text);
  }

  @Test
  void aSectionThatIsNoneIsAnError() {
    Result result =
        box.runtime().raw("explain", "--bundle", box.bundle().write().toString(), "mount").exits(1);
    assertTrue(result.error().contains("no section \"mount\""), result.error());
    assertTrue(result.error().contains("mounts[0]"), result.error());
  }

  @Test
  void theDifferenceOfTwoBundles() {
    Bundle one = box.bundle();
    Bundle other = box.bundle().with("/hostname", "elsewhere");
    String text =
        box.runtime()
            .raw(
                "explain",
                "--bundle",
                one.write().toString(),
                "--diff",
                other.write().toString(),
                "hostname")
            .succeeds()
            .stdout();
    List<String> changed = text.lines().filter(line -> !line.startsWith(" ")).toList();
    assertEquals(2, changed.size(), text);
    assertTrue(changed.get(0).startsWith("-    sethostname("), text);
    assertTrue(changed.get(1).startsWith("+    sethostname(\"elsewhere\", 9)"), text);
  }

  @Test
  void whatWouldFailIsSaidAndFails() {
    Bundle bundle = box.bundle().args("no-such-program");
    Result result = box.runtime().raw("explain", "--bundle", bundle.write().toString());
    assertEquals(1, result.exit(), result::toString);
    assertTrue(
        result.stdout().contains("\"no-such-program\": executable file not found in $PATH"),
        result::toString);
  }

  @Test
  void anOrdinaryUserMayAsk() {
    Bundle bundle = box.bundle();
    HostFiles.mode(box.folder(), "rwxr-xr-x");
    Result result =
        box.runtime()
            .through("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            .raw("explain", "--bundle", bundle.write().toString(), "mounts");
    assertTrue(result.stdout().contains("fsopen(\"proc\""), result::toString);
  }
}
