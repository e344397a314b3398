package dev.proa.conformance;

import static dev.proa.conformance.ErrorsIT.assertText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.proa.conformance.client.Result;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A config that a container cannot be made of is refused by {@code create} with a text that callers
 * match on, and nothing is left.
 */
class RefusedConfigIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  /**
   * A config that {@code create} refuses.
   *
   * @param runc runc's message after {@code runc create failed: }; %s stands for the bundle
   * @param proa this project's message: for a wrong config each place in the file, else what was
   *     under way. {@code <id>} stands for the container's id, {@code <call>} for the system call
   *     that failed
   */
  record Refused(String what, UnaryOperator<Bundle> edit, String runc, String proa) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static final String CREATE = "create <id>: ";
  private static final String INIT = "unable to start container process: ";
  private static final String MOUNT =
      "unable to start container process: error during container init: error mounting ";

  static Stream<Refused> refusedConfigs() {
    return Stream.of(
        new Refused(
            "program not in PATH",
            b -> b.args("nosuch"),
            INIT + "exec: \"nosuch\": executable file not found in $PATH",
            CREATE + "exec: \"nosuch\": executable file not found in $PATH"),
        new Refused(
            "program missing",
            b -> b.args("/nosuch"),
            INIT + "exec: \"/nosuch\": stat /nosuch: no such file or directory",
            CREATE + "exec: \"/nosuch\": stat /nosuch: no such file or directory"),
        new Refused(
            "program not executable",
            b -> b.args("/etc/passwd"),
            INIT + "exec: \"/etc/passwd\": permission denied",
            CREATE + "exec: \"/etc/passwd\": permission denied"),
        new Refused(
            "program is a folder",
            b -> b.args("/bin"),
            INIT + "exec: \"/bin\": permission denied",
            CREATE + "exec: \"/bin\": is a directory"),
        new Refused(
            "namespace unknown",
            b -> b.namespace("foo"),
            "namespace {\"foo\" \"\"} does not exist",
            "config.json:77:16: linux.namespaces[5].type: \"foo\" is not one of "
                + oneOf("pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time")),
        new Refused(
            "namespace twice",
            b -> b.with("/linux/namespaces/-", Map.of("type", "pid")),
            "malformed spec file: duplicated ns {\"pid\" \"\"}",
            "config.json:77:16: linux.namespaces[5].type: duplicated ns \"pid\""),
        new Refused(
            "namespace path missing",
            b -> b.namespace("network", "/nosuch"),
            "unable to create new parent process: namespace path: lstat /nosuch: no such file or"
                + " directory",
            CREATE + "linux.namespaces[4].path: <call>: no such file or directory"),
        new Refused(
            "user namespace without mappings",
            b -> b.namespace("user"),
            "User namespaces enabled, but no uid mappings found.",
            "config.json:59:13: linux.uidMappings: required for a new user namespace\n"
                + "config.json:59:13: linux.gidMappings: required for a new user namespace"),
        new Refused(
            "mount type unknown",
            b -> b.mount("/mnt", "foofs", "x"),
            MOUNT
                + "\"x\" to rootfs at \"/mnt\": mount x:/mnt (via /proc/self/fd/6): no such device",
            CREATE + "mounts[6]: <call>: no such device"),
        new Refused(
            "mount option unknown",
            b -> b.mount("/mnt", "tmpfs", "x", "foo"),
            MOUNT
                + "\"x\" to rootfs at \"/mnt\": mount x:/mnt (via /proc/self/fd/6), data: foo: "
                + "invalid argument",
            CREATE + "mounts[6]: <call>: invalid argument"),
        new Refused(
            "bind source missing",
            b -> b.mount("/mnt", "bind", "/nosuch", "bind"),
            MOUNT + "\"/nosuch\" to rootfs at \"/mnt\": stat /nosuch: no such file or directory",
            CREATE + "mounts[6]: <call>: no such file or directory"),
        new Refused(
            "rootfs missing",
            b -> b.with("/root/path", "nosuch"),
            "invalid rootfs: stat %s/nosuch: no such file or directory",
            CREATE + "root: <call>: no such file or directory"),
        new Refused(
            "root absent",
            b -> b.without("/root"),
            "root must be specified",
            "config.json:1:1: root: required to create a container"),
        new Refused(
            "args empty",
            b -> b.args(),
            "args must not be empty",
            "config.json:9:14: process.args: must not be empty"),
        new Refused(
            "cwd empty",
            b -> b.with("/process/cwd", ""),
            "Cwd property must not be empty",
            "config.json:11:13: process.cwd: must not be empty"),
        new Refused(
            "cwd relative",
            b -> b.with("/process/cwd", "x"),
            "Cwd must be an absolute path",
            "config.json:11:13: process.cwd: must be an absolute path"),
        new Refused(
            "args of a wrong type",
            b -> b.with("/process/args", "sh"),
            "json: cannot unmarshal string into Go struct field Process.process.args of type"
                + " []string",
            "config.json:9:14: process.args: must be an array, not a string"),
        new Refused(
            "hostname of a wrong type",
            b -> b.with("/hostname", 1),
            "json: cannot unmarshal number into Go struct field Spec.hostname of type string",
            "config.json:28:16: hostname: must be a string, not a number"),
        new Refused(
            "rlimit unknown",
            b ->
                b.with(
                    "/process/rlimits",
                    List.of(Map.of("type", "RLIMIT_FOO", "hard", 1, "soft", 1))),
            "wrong rlimit value: RLIMIT_FOO",
            "config.json:20:16: process.rlimits[0].type: \"RLIMIT_FOO\" is not one of "
                + oneOf(
                    "RLIMIT_AS",
                    "RLIMIT_CORE",
                    "RLIMIT_CPU",
                    "RLIMIT_DATA",
                    "RLIMIT_FSIZE",
                    "RLIMIT_LOCKS",
                    "RLIMIT_MEMLOCK",
                    "RLIMIT_MSGQUEUE",
                    "RLIMIT_NICE",
                    "RLIMIT_NOFILE",
                    "RLIMIT_NPROC",
                    "RLIMIT_RSS",
                    "RLIMIT_RTPRIO",
                    "RLIMIT_RTTIME",
                    "RLIMIT_SIGPENDING",
                    "RLIMIT_STACK")
                + "; did you mean \"RLIMIT_AS\"?"),
        new Refused(
            "sysctl outside namespaces",
            b -> b.with("/linux/sysctl", Map.of("kernel.panic", "1")),
            "sysctl \"kernel.panic\" is not in a separate kernel namespace",
            "config.json:81:24: linux.sysctl[\"kernel.panic\"]: sysctl \"kernel.panic\" is not in a"
                + " separate kernel namespace"),
        new Refused(
            "hostname without a uts namespace",
            b -> b.withoutNamespace("uts"),
            "unable to set hostname without a private UTS namespace",
            "config.json:28:16: hostname: unable to set hostname without a private UTS namespace"),
        new Refused(
            "masked paths without a mount namespace",
            b -> b.withoutNamespace("mount"),
            "unable to restrict sys entries without a private MNT namespace",
            "config.json:75:21: linux.maskedPaths: unable to restrict sys entries without a private"
                + " MNT namespace\n"
                + "config.json:76:23: linux.readonlyPaths: unable to restrict sys entries without a"
                + " private MNT namespace"),
        new Refused(
            "seccomp action unknown",
            b -> b.with("/linux/seccomp", Map.of("defaultAction", "FOO")),
            "string FOO is not a valid action for seccomp",
            "config.json:81:25: linux.seccomp.defaultAction: \"FOO\" is not one of "
                + oneOf(
                    "SCMP_ACT_KILL",
                    "SCMP_ACT_KILL_PROCESS",
                    "SCMP_ACT_KILL_THREAD",
                    "SCMP_ACT_TRAP",
                    "SCMP_ACT_ERRNO",
                    "SCMP_ACT_TRACE",
                    "SCMP_ACT_ALLOW",
                    "SCMP_ACT_LOG",
                    "SCMP_ACT_NOTIFY")),
        new Refused(
            "seccomp architecture unknown",
            b ->
                b.with(
                    "/linux/seccomp",
                    Map.of("defaultAction", "SCMP_ACT_ALLOW", "architectures", List.of("FOO"))),
            "string FOO is not a valid arch for seccomp",
            "config.json:81:27: linux.seccomp.architectures[0]: \"FOO\" is not one of "
                + oneOf(
                    "SCMP_ARCH_X86",
                    "SCMP_ARCH_X86_64",
                    "SCMP_ARCH_X32",
                    "SCMP_ARCH_ARM",
                    "SCMP_ARCH_AARCH64",
                    "SCMP_ARCH_LOONGARCH64",
                    "SCMP_ARCH_M68K",
                    "SCMP_ARCH_MIPS",
                    "SCMP_ARCH_MIPS64",
                    "SCMP_ARCH_MIPS64N32",
                    "SCMP_ARCH_MIPSEL",
                    "SCMP_ARCH_MIPSEL64",
                    "SCMP_ARCH_MIPSEL64N32",
                    "SCMP_ARCH_PPC",
                    "SCMP_ARCH_PPC64",
                    "SCMP_ARCH_PPC64LE",
                    "SCMP_ARCH_S390",
                    "SCMP_ARCH_S390X",
                    "SCMP_ARCH_SH",
                    "SCMP_ARCH_SHEB",
                    "SCMP_ARCH_PARISC",
                    "SCMP_ARCH_PARISC64",
                    "SCMP_ARCH_RISCV64")),
        new Refused(
            "rootfs propagation unknown",
            b -> b.with("/linux/rootfsPropagation", "foo"),
            "rootfsPropagation=foo is not supported",
            "config.json:80:27: linux.rootfsPropagation: \"foo\" is not one of "
                + oneOf(
                    "private",
                    "rprivate",
                    "shared",
                    "rshared",
                    "slave",
                    "rslave",
                    "unbindable",
                    "runbindable")),
        new Refused(
            "device type unknown",
            b ->
                b.with(
                    "/linux/devices",
                    List.of(Map.of("path", "/dev/x", "type", "z", "major", 1, "minor", 3))),
            "invalid device type \"z\"",
            "config.json:84:16: linux.devices[0].type: \"z\" does not match ^[cbup]$"),
        new Refused(
            "mount on a file below /proc",
            b -> b.mount("/proc/version", "bind", "/etc/hostname", "bind"),
            MOUNT
                + "\"/etc/hostname\" to rootfs at \"/proc/version\": \"%s/rootfs/proc/version\" cannot be mounted because it is"
                + " inside /proc",
            CREATE + "mounts[6]: \"/proc/version\" cannot be mounted because it is inside /proc"));
  }

  private static String oneOf(String... names) {
    return "\"" + String.join("\", \"", names) + "\"";
  }

  @ParameterizedTest
  @MethodSource("refusedConfigs")
  void refusedConfig(Refused refused) {
    Bundle bundle = refused.edit().apply(box.bundle());

    Result result = box.tryCreate(bundle).exits(1);

    assertEquals("", result.stdout());
    switch (box.kind()) {
      case RUNC ->
          assertEquals(
              "runc create failed: " + refused.runc().replace("%s", bundle.folder().toString()),
              result.error());
      case CRUN -> assertFalse(result.error().isEmpty(), result::toString);
      case PROA -> assertText(refused.proa().replace("<id>", bundle.name()), result);
    }
    box.assertNothingLeft();
  }
}
