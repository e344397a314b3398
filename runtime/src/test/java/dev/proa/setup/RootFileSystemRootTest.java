package dev.proa.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real mounts of a config, each made in a JVM of its own in a mount namespace of its own. */
class RootFileSystemRootTest {
  private static final String MOUNTS =
      """
      {"destination":"/proc","type":"proc","source":"proc"},
      {"destination":"/dev","type":"tmpfs","source":"tmpfs",
       "options":["nosuid","strictatime","mode=755","size=65536k","ro"]},
      {"destination":"/dev/pts","type":"devpts","source":"devpts",
       "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"]},
      {"destination":"/dev/shm","type":"tmpfs","source":"shm",
       "options":["nosuid","noexec","nodev","mode=1777","size=65536k"]},
      {"destination":"/dev/mqueue","type":"mqueue","source":"mqueue",
       "options":["nosuid","noexec","nodev"]},
      {"destination":"/sys","type":"sysfs","source":"sysfs",
       "options":["nosuid","noexec","nodev","ro"]}
      """;

  @TempDir Path dir;
  private Path root;

  @BeforeEach
  void image() throws Exception {
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
    root = Files.createDirectory(dir.resolve("rootfs"));
    Files.createDirectories(root.resolve("data"));
    Files.writeString(root.resolve("data/kept"), "kept");
  }

  private String config(String mounts, String linux) {
    return "{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":["
        + mounts
        + "],\"linux\":{"
        + linux
        + "}}";
  }

  private Map<String, String> run(String config, String... missing) throws Exception {
    return mounts(output(config, missing));
  }

  /** The mounts by their mount point: mount options, then {@code - type source options}. */
  private static Map<String, String> mounts(String text) {
    Map<String, String> mounts = new TreeMap<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isEmpty()) {
        String[] fields = line.split(" ", -1);
        assertTrue(fields.length > 9 && !line.startsWith("failed"), text);
        List<String> rest = List.of(fields).subList(5, fields.length);
        mounts.put(fields[4], String.join(" ", rest));
      }
    }
    return mounts;
  }

  private List<String> command(Path file) {
    return new ArrayList<>(
        List.of(
            "unshare",
            "-m",
            "--propagation",
            "unchanged",
            System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            InNamespace.class.getName(),
            file.toString(),
            root.toString()));
  }

  private String output(String config, String... missing) throws Exception {
    List<String> command = command(Files.writeString(dir.resolve("config.json"), config));
    command.addAll(List.of(missing));
    return text(command);
  }

  private static String text(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return text;
  }

  private static String options(Map<String, String> mounts, String point) {
    assertTrue(mounts.containsKey(point), () -> point + " in " + mounts);
    return mounts.get(point).replaceAll(" (master|shared|propagate_from):[0-9]+", "");
  }

  @Test
  void theDefaultConfig() throws Exception {
    checkDefault(run(config(MOUNTS, paths())));
  }

  @Test
  void theDefaultConfigBeforeMountSetattr() throws Exception {
    checkDefault(run(config(MOUNTS, paths()), "MOUNT_SETATTR", "OPENAT2"));
  }

  @Test
  void theDefaultConfigBeforeTheNewMountCalls() throws Exception {
    checkDefault(
        run(
            config(MOUNTS, paths()),
            "MOUNT_SETATTR",
            "OPENAT2",
            "FSOPEN",
            "OPEN_TREE",
            "MOVE_MOUNT"));
  }

  private static String paths() {
    return "\"maskedPaths\":[\"/proc/cmdline\",\"/sys/firmware\",\"/proc/tty\",\"/not/there\"],"
        + "\"readonlyPaths\":[\"/proc/bus\",\"/proc/stat\",\"/not/there\"]";
  }

  private void checkDefault(Map<String, String> mounts) throws Exception {
    assertEquals(
        List.of(
            "/",
            "/dev",
            "/dev/mqueue",
            "/dev/pts",
            "/dev/shm",
            "/proc",
            "/proc/bus",
            "/proc/cmdline",
            "/proc/stat",
            "/proc/tty",
            "/sys",
            "/sys/firmware"),
        List.copyOf(mounts.keySet()));
    assertTrue(options(mounts, "/").startsWith("ro,"), mounts.get("/"));
    assertEquals("rw,relatime - proc proc rw", options(mounts, "/proc"));
    assertEquals("ro,nosuid - tmpfs tmpfs rw,size=65536k,mode=755", options(mounts, "/dev"));
    assertEquals(
        "rw,nosuid,noexec,relatime - devpts devpts rw,gid=5,mode=620,ptmxmode=666",
        options(mounts, "/dev/pts"));
    assertEquals(
        "rw,nosuid,nodev,noexec,relatime - tmpfs shm rw,size=65536k", options(mounts, "/dev/shm"));
    assertEquals(
        "rw,nosuid,nodev,noexec,relatime - mqueue mqueue rw", options(mounts, "/dev/mqueue"));
    assertTrue(
        options(mounts, "/sys").matches("ro,nosuid,nodev,noexec,relatime - sysfs sysfs r[ow]"),
        mounts.get("/sys"));
    assertTrue(options(mounts, "/proc/cmdline").contains("- tmpfs tmpfs"));
    assertEquals("ro,relatime - proc proc rw", options(mounts, "/proc/bus"));
    assertEquals("ro,relatime - proc proc rw", options(mounts, "/proc/stat"));
    assertTrue(options(mounts, "/proc/tty").startsWith("ro,relatime - tmpfs tmpfs r"));
    assertTrue(options(mounts, "/sys/firmware").startsWith("ro,relatime - tmpfs tmpfs r"));
  }

  @Test
  void bindMountsHaveExactlyTheirOptions() throws Exception {
    Path source = Files.createDirectories(dir.resolve("source/below"));
    Files.writeString(source.resolve("file"), "x");
    String below = source.toString();
    String mounts =
        """
        {"destination":"/plain","type":"bind","source":"%1$s","options":["bind"]},
        {"destination":"/ro","type":"none","source":"%1$s","options":["rbind","ro","rprivate"]},
        {"destination":"/tight","source":"%1$s","options":["bind","nosuid","nodev","noexec","noatime"]},
        {"destination":"/nested/file","source":"%1$s/file","options":["bind","ro"]},
        {"destination":"/rro","source":"%1$s","options":["rbind","rro","rnosuid"]},
        {"destination":"/proc","type":"proc","source":"proc"}
        """
            .formatted(below);
    Map<String, String> seen = run(config(mounts, ""));
    assertTrue(seen.get("/plain").startsWith("rw,relatime"), seen.get("/plain"));
    assertTrue(seen.get("/ro").startsWith("ro,relatime - "), seen.get("/ro"));
    assertTrue(seen.get("/tight").startsWith("rw,nosuid,nodev,noexec,noatime"), seen.get("/tight"));
    assertTrue(seen.get("/nested/file").startsWith("ro,relatime"), seen.get("/nested/file"));
    assertTrue(seen.get("/rro").startsWith("ro,nosuid,relatime"), seen.get("/rro"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "shared", "rshared", "slave", "private", "unbindable"})
  void nothingReachesTheHost(String propagation) throws Exception {
    String linux = propagation.isEmpty() ? "" : "\"rootfsPropagation\":\"" + propagation + '"';
    Path file = Files.writeString(dir.resolve("config.json"), config(MOUNTS, linux));
    // A host whose mounts are shared, as systemd makes them.
    String script =
        "mount --make-rshared / && cat /proc/self/mountinfo >before && "
            + String.join(" ", command(file))
            + " >inside; cat /proc/self/mountinfo >after";
    Process process =
        new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-ec", script)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .start();
    assertEquals("", new String(process.getInputStream().readAllBytes(), UTF_8));
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    String inside = Files.readString(dir.resolve("inside"));
    assertTrue(inside.contains(" / /dev/pts "), inside);
    assertEquals(propagation.endsWith("shared"), inside.contains(" / ro,relatime shared:"), inside);
    assertEquals(Files.readString(dir.resolve("before")), Files.readString(dir.resolve("after")));
  }

  @Test
  void devicesAndLinks() throws Exception {
    String proc = "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}";
    run(
        config(
            proc,
            "\"devices\":[{\"type\":\"c\",\"path\":\"/dev/net/tun\",\"major\":10,\"minor\":200,"
                + "\"fileMode\":432,\"uid\":7,\"gid\":8},"
                + "{\"type\":\"p\",\"path\":\"/dev/pipe\"}]"));
    for (String name : List.of("null", "zero", "full", "random", "urandom", "tty")) {
      assertEquals(020666, Files.getAttribute(root.resolve("dev/" + name), "unix:mode"), name);
    }
    assertEquals(
        Files.getAttribute(Path.of("/dev/null"), "unix:rdev"),
        Files.getAttribute(root.resolve("dev/null"), "unix:rdev"));
    assertEquals(020660, Files.getAttribute(root.resolve("dev/net/tun"), "unix:mode"));
    assertEquals(7, Files.getAttribute(root.resolve("dev/net/tun"), "unix:uid"));
    assertEquals(8, Files.getAttribute(root.resolve("dev/net/tun"), "unix:gid"));
    assertEquals(010666, Files.getAttribute(root.resolve("dev/pipe"), "unix:mode"));
    assertEquals(Path.of("pts/ptmx"), Files.readSymbolicLink(root.resolve("dev/ptmx")));
    assertEquals(Path.of("/proc/self/fd/2"), Files.readSymbolicLink(root.resolve("dev/stderr")));
  }

  @Test
  void aDevThatIsALinkStaysInTheRoot() throws Exception {
    // CVE-2026-41579, CVE-2026-47766
    Path outside = Files.createDirectory(dir.resolve("outside"));
    Files.writeString(outside.resolve("ptmx"), "the host's");
    Files.createSymbolicLink(root.resolve("dev"), outside);
    run(config("{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}", ""));
    assertEquals(List.of("ptmx"), List.of(outside.toFile().list()));
    assertEquals("the host's", Files.readString(outside.resolve("ptmx")));
    Path inRoot = root.resolve(outside.toString().substring(1));
    assertTrue(Files.isDirectory(inRoot, LinkOption.NOFOLLOW_LINKS));
    assertTrue(Files.exists(inRoot.resolve("null")));
  }

  @Test
  void procOnALinkIsRefused() throws Exception {
    // CVE-2019-19921, CVE-2023-27561
    Files.createSymbolicLink(root.resolve("proc"), Path.of("data"));
    assertEquals(
        "failed: mounts[0]: filesystem \"proc\" must be mounted on ordinary directory\n",
        output(config(MOUNTS, "")));
  }

  @Test
  void aLinkIntoProcIsRefused() throws Exception {
    // CVE-2019-16884
    Files.createSymbolicLink(root.resolve("trick"), Path.of("/proc/self/attr"));
    String bind = "{\"destination\":\"/trick\",\"source\":\"/tmp\",\"options\":[\"bind\"]}";
    assertEquals(
        "failed: mounts[6]: \"/trick\" cannot be mounted because it is inside /proc\n",
        output(config(MOUNTS + "," + bind, "")));
  }

  @Test
  void aNullDeviceThatIsALinkMasksNothing() throws Exception {
    // CVE-2025-31133
    Files.createDirectory(root.resolve("dev"));
    Files.createSymbolicLink(root.resolve("dev/null"), Path.of("/proc/sys/kernel/core_pattern"));
    assertEquals(
        "failed: linux.maskedPaths: /dev/null of the container is not the null device\n",
        output(
            config(
                "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}",
                "\"maskedPaths\":[\"/proc/cmdline\"]")));
  }

  @Test
  void tmpfsTakesOverModeAndFiles() throws Exception {
    Files.setAttribute(root.resolve("data"), "unix:mode", 01751);
    Files.createSymbolicLink(root.resolve("data/link"), Path.of("kept"));
    String mounts =
        """
        {"destination":"/proc","type":"proc","source":"proc"},
        {"destination":"/data","type":"tmpfs","source":"tmpfs","options":["tmpcopyup","ro"]}
        """;
    Map<String, String> seen = run(config(mounts, ""));
    assertEquals("ro,relatime - tmpfs tmpfs rw,mode=1751", options(seen, "/data"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"cgroupsPath\":\"/own-namespace\""})
  void cgroupsV1(String linux) throws Exception {
    assumeTrue(Files.exists(Path.of("/sys/fs/cgroup/cpu/cgroup.procs")), "needs cgroups v1");
    String mount =
        """
        ,{"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup",
          "options":["nosuid","noexec","nodev","relatime","ro"]}
        """;
    Map<String, String> seen = run(config(MOUNTS + mount, linux));
    assertEquals(
        "ro,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755",
        options(seen, "/sys/fs/cgroup"));
    assertEquals(
        "ro,nosuid,nodev,noexec,relatime - cgroup cgroup rw,cpu",
        options(seen, "/sys/fs/cgroup/cpu"));
    assertEquals(
        "ro,nosuid,nodev,noexec,relatime - cgroup cgroup rw,name=systemd",
        options(seen, "/sys/fs/cgroup/systemd"));
  }

  @Test
  void inAUserNamespaceDevicesAreTheHosts() throws Exception {
    Path locked = Files.createDirectory(dir.resolve("locked"));
    String bind =
        ",{\"destination\":\"/locked\",\"source\":\""
            + locked
            + "\",\"options\":[\"bind\",\"ro\"]}";
    String mappings =
        ",\"uidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":1}],"
            + "\"gidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":1}]";
    String mounts = MOUNTS.replace(",\"gid=5\"", "") + bind;
    Path file = Files.writeString(dir.resolve("config.json"), config(mounts, paths() + mappings));
    List<String> java = command(file);
    // A host's mount whose flags the user namespace may not take away.
    String script =
        "mount -t tmpfs -o nosuid,nodev,noexec tmpfs "
            + locked
            + " && unshare -U -r -m -p -f -i -n --propagation unchanged "
            + String.join(" ", java.subList(4, java.size()));
    Map<String, String> seen =
        mounts(text(List.of("unshare", "-m", "--propagation", "private", "sh", "-ec", script)));
    for (String name : List.of("null", "zero", "full", "random", "urandom", "tty")) {
      assertTrue(options(seen, "/dev/" + name).contains(" - devtmpfs "), seen.toString());
    }
    assertEquals("rw,relatime - proc proc rw", options(seen, "/proc"));
    assertTrue(options(seen, "/locked").startsWith("ro,nosuid,nodev,noexec,"), seen.toString());
    assertTrue(options(seen, "/proc/cmdline").contains(" - devtmpfs "), seen.toString());
    assertEquals("ro,relatime - proc proc rw", options(seen, "/proc/bus"));
    assertTrue(options(seen, "/sys").startsWith("ro,nosuid,nodev,noexec,relatime - sysfs"));
  }
}
