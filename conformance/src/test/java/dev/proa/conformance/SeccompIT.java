package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.DescriptorSocket;
import dev.proa.conformance.host.SeccompListener;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** config-linux.md, "Seccomp". */
class SeccompIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static Map<String, Object> rule(String action, List<String> names) {
    Map<String, Object> rule = new HashMap<>();
    rule.put("names", names);
    rule.put("action", action);
    return rule;
  }

  /** Allows everything but what the rules say. */
  private Bundle allowing(Object... rules) {
    return box.bundle()
        .mount("/tmp", "tmpfs", "tmpfs")
        .with(
            "/linux/seccomp",
            Map.of("defaultAction", "SCMP_ACT_ALLOW", "syscalls", List.of(rules)));
  }

  private static final List<String> MKDIR = List.of("mkdir", "mkdirat");

  @Test
  void theFilterIsLoaded() {
    Bundle bundle = allowing(rule("SCMP_ACT_ERRNO", MKDIR));

    assertEquals(
        List.of("Seccomp:\t2"), box.lines(bundle.args("grep", "^Seccomp:", "/proc/self/status")));
    assertEquals(
        List.of("Seccomp:\t0"),
        box.lines(box.bundle().args("grep", "^Seccomp:", "/proc/self/status")));
  }

  @Test
  void errnoIsEpermByDefault() {
    Result result = box.run(allowing(rule("SCMP_ACT_ERRNO", MKDIR)).args("mkdir", "/tmp/x"));

    assertEquals(
        "mkdir: can't create directory '/tmp/x': Operation not permitted",
        result.exits(1).stderr().strip());
  }

  @ParameterizedTest
  @CsvSource({
    "2,No such file or directory",
    "28,No space left on device",
    "38,Function not implemented"
  })
  void errnoRet(int errno, String text) {
    Map<String, Object> rule = rule("SCMP_ACT_ERRNO", MKDIR);
    rule.put("errnoRet", errno);

    Result result = box.run(allowing(rule).args("mkdir", "/tmp/x"));

    assertEquals(
        "mkdir: can't create directory '/tmp/x': " + text, result.exits(1).stderr().strip());
  }

  @Test
  void errnoRetZeroPretendsSuccess() {
    Map<String, Object> rule = rule("SCMP_ACT_ERRNO", MKDIR);
    rule.put("errnoRet", 0);
    Bundle bundle = allowing(rule).shell("mkdir /tmp/x && ls /tmp && echo pretended");

    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun takes 0 for absent");
    assertEquals("pretended", box.output(bundle));
  }

  @Test
  void otherCallsAreNotTouched() {
    Bundle bundle = allowing(rule("SCMP_ACT_ERRNO", MKDIR)).shell("touch /tmp/x && ls /tmp");

    assertEquals("x", box.output(bundle));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP"})
  void killedBySigsys(String action) {
    Bundle bundle =
        allowing(rule(action, MKDIR)).shell("mkdir /tmp/x 2>/dev/null; echo $?; echo on");

    // The child dies of signal 31; only the thread or process that called.
    assertEquals(List.of("159", "on"), box.run(bundle).exits(0).lines());
  }

  @Test
  void logAllows() {
    assertEquals(
        "x", box.output(allowing(rule("SCMP_ACT_LOG", MKDIR)).shell("mkdir /tmp/x && ls /tmp")));
  }

  @Test
  void traceWithoutATracerIsEnosys() {
    Result result = box.run(allowing(rule("SCMP_ACT_TRACE", MKDIR)).args("mkdir", "/tmp/x"));

    assertTrue(result.exits(1).stderr().contains("Function not implemented"), result::toString);
  }

  @Test
  void aListOfAllowedCalls() {
    // By default everything is refused; what the shell and the runtime's last steps need is not.
    Bundle bundle =
        box.bundle()
            .with(
                "/linux/seccomp",
                Map.of(
                    "defaultAction",
                    "SCMP_ACT_ERRNO",
                    "defaultErrnoRet",
                    95,
                    "syscalls",
                    List.of(
                        rule(
                            "SCMP_ACT_ALLOW",
                            List.of(
                                "execve",
                                "exit_group",
                                "write",
                                "writev",
                                "read",
                                "brk",
                                "arch_prctl",
                                "mmap",
                                "mprotect",
                                "munmap",
                                "set_tid_address",
                                "set_robust_list",
                                "rseq",
                                "prlimit64",
                                "getrandom",
                                "readlink",
                                "readlinkat",
                                "newfstatat",
                                "fstat",
                                "getuid",
                                "geteuid",
                                "getgid",
                                "getegid",
                                "setuid",
                                "setgid",
                                "setgroups",
                                "capset",
                                "capget",
                                "prctl",
                                "close",
                                "close_range",
                                "openat",
                                "open",
                                "futex",
                                "getpid",
                                "getppid",
                                "gettid",
                                "rt_sigaction",
                                "rt_sigprocmask",
                                "rt_sigreturn",
                                "sigaltstack",
                                "getdents64",
                                "fcntl",
                                "fchown",
                                "chdir",
                                "fchdir",
                                "getcwd",
                                "stat",
                                "lstat",
                                "statfs",
                                "fstatfs",
                                "epoll_ctl",
                                "epoll_pwait",
                                "epoll_create1",
                                "eventfd2",
                                "pipe2",
                                "nanosleep",
                                "clock_nanosleep",
                                "sched_yield",
                                "tgkill",
                                "faccessat",
                                "faccessat2",
                                "keyctl",
                                "setsid",
                                "dup",
                                "dup3",
                                "ioctl",
                                "lseek",
                                "madvise",
                                "mkdirat2",
                                "umask",
                                "execveat",
                                "clone",
                                "poll",
                                "ppoll",
                                "socket",
                                "sendmsg",
                                "recvmsg",
                                "clone3",
                                "uname",
                                "sysinfo",
                                "tkill",
                                "kill",
                                "setresuid",
                                "setresgid")))))
            .args("mkdir", "/tmp/x");

    Result result = box.run(bundle).exits(1);

    assertTrue(result.stderr().contains("Operation not supported"), result::toString);
  }

  @Test
  void unknownCallsAreIgnored() {
    Bundle bundle =
        allowing(rule("SCMP_ACT_ERRNO", List.of("nosuchcall", "mkdir", "mkdirat")))
            .args("mkdir", "/tmp/x");

    assertTrue(box.run(bundle).exits(1).stderr().contains("Operation not permitted"));
  }

  // Operators: chmod(path, mode), and ftruncate(fd, length) for 64 bits.

  private static Map<String, Object> comparing(
      List<String> names, int index, Object value, Object valueTwo, String operator) {
    Map<String, Object> rule = rule("SCMP_ACT_ERRNO", names);
    Map<String, Object> argument = new HashMap<>();
    argument.put("index", index);
    argument.put("value", value);
    argument.put("op", operator);
    if (valueTwo != null) {
      argument.put("valueTwo", valueTwo);
    }
    rule.put("args", List.of(argument));
    return rule;
  }

  @ParameterizedTest
  @CsvSource({
    // operator, value, valueTwo; modes that are refused among 100 200 300 (octal)
    "SCMP_CMP_EQ,128,,200",
    "SCMP_CMP_NE,128,,100 300",
    "SCMP_CMP_LT,128,,100",
    "SCMP_CMP_LE,128,,100 200",
    "SCMP_CMP_GE,128,,200 300",
    "SCMP_CMP_GT,128,,300",
    "SCMP_CMP_MASKED_EQ,64,64,100 300"
  })
  void operators(String operator, int value, Integer valueTwo, String refused) {
    Bundle bundle =
        allowing(
                comparing(List.of("chmod"), 1, value, valueTwo, operator),
                comparing(List.of("fchmodat"), 2, value, valueTwo, operator))
            .shell(
                "touch /tmp/x; for m in 100 200 300; do"
                    + " chmod $m /tmp/x 2>/dev/null || echo $m; done");

    assertEquals(refused, String.join(" ", box.run(bundle).lines()));
  }

  @ParameterizedTest
  @CsvSource({
    // lengths 1, 2^32, 2^32+1, 2^33: words compared apart would be wrong
    "SCMP_CMP_EQ,4294967297,,4294967297",
    "SCMP_CMP_NE,4294967297,,1 4294967296 8589934592",
    "SCMP_CMP_LT,4294967297,,1 4294967296",
    "SCMP_CMP_LE,4294967297,,1 4294967296 4294967297",
    "SCMP_CMP_GE,4294967297,,4294967297 8589934592",
    "SCMP_CMP_GT,4294967296,,4294967297 8589934592",
    "SCMP_CMP_MASKED_EQ,4294967296,4294967296,4294967296 4294967297"
  })
  void operatorsOn64Bits(String operator, long value, Long valueTwo, String refused) {
    Bundle bundle =
        allowing(comparing(List.of("ftruncate"), 1, value, valueTwo, operator))
            .shell(
                "for n in 1 4294967296 4294967297 8589934592; do"
                    + " truncate -s $n /tmp/x 2>/dev/null || echo $n; done");

    assertEquals(refused, String.join(" ", box.run(bundle).lines()));
  }

  @Test
  void valuesAreUnsigned() {
    Bundle bundle =
        allowing(
                comparing(
                    List.of("ftruncate"),
                    1,
                    new BigInteger("18446744073709551615"),
                    null,
                    "SCMP_CMP_LT"))
            .args("truncate", "-s", "5", "/tmp/x");

    assertTrue(box.run(bundle).exits(1).stderr().contains("Operation not permitted"));
  }

  @Test
  void allArgumentsOfARuleMustMatch() {
    Map<String, Object> rule = rule("SCMP_ACT_ERRNO", List.of("ftruncate"));
    rule.put(
        "args",
        List.of(
            Map.of("index", 0, "value", 1000, "op", "SCMP_CMP_EQ"),
            Map.of("index", 1, "value", 5, "op", "SCMP_CMP_EQ")));

    box.run(allowing(rule).args("truncate", "-s", "5", "/tmp/x")).succeeds();
  }

  @Test
  void oneOfSeveralRulesMustMatch() {
    Bundle bundle =
        allowing(
                comparing(List.of("ftruncate"), 1, 5, null, "SCMP_CMP_EQ"),
                comparing(List.of("ftruncate"), 1, 7, null, "SCMP_CMP_EQ"))
            .shell("for n in 5 6 7; do truncate -s $n /tmp/x 2>/dev/null || echo $n; done");

    assertEquals("5 7", String.join(" ", box.run(bundle).lines()));
  }

  @Test
  void withoutNoNewPrivileges() {
    Bundle bundle =
        allowing(rule("SCMP_ACT_ERRNO", MKDIR))
            .with("/process/noNewPrivileges", false)
            .shell("grep -E '^(Seccomp|NoNewPrivs):' /proc/self/status; mkdir /tmp/x");

    Result result = box.run(bundle).exits(1);

    assertEquals(List.of("NoNewPrivs:\t0", "Seccomp:\t2"), result.lines());
    assertTrue(result.stderr().contains("Operation not permitted"), result::toString);
  }

  @Test
  void severalArchitectures() {
    Bundle bundle = allowing(rule("SCMP_ACT_ERRNO", MKDIR)).args("mkdir", "/tmp/x");
    bundle.with(
        "/linux/seccomp/architectures",
        List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"));

    assertTrue(box.run(bundle).exits(1).stderr().contains("Operation not permitted"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"})
  void flags(String flag) {
    assumeTrue(box.kind() != RuntimeKind.RUNC, "runc 1.1.5 knows no flags");
    Bundle bundle = allowing(rule("SCMP_ACT_ERRNO", MKDIR)).args("mkdir", "/tmp/x");
    bundle.with("/linux/seccomp/flags", List.of(flag));

    assertTrue(box.run(bundle).exits(1).stderr().contains("Operation not permitted"));
  }

  @Test
  void aLargeFilter() {
    // Far more comparisons than a short jump reaches over.
    Object[] rules = new Object[300];
    for (int i = 0; i < rules.length; i++) {
      rules[i] = comparing(List.of("ftruncate"), 1, 10_000 + 2 * i, null, "SCMP_CMP_EQ");
    }
    Bundle bundle =
        allowing(rules)
            .shell(
                "for n in 9999 10000 10001 10598 10600; do"
                    + " truncate -s $n /tmp/x 2>/dev/null || echo $n; done");

    assertEquals("10000 10598", String.join(" ", box.run(bundle).lines()));
  }

  @Test
  void notifyHandsTheCallToTheListener() {
    try (DescriptorSocket socket = DescriptorSocket.listen(box.folder().resolve("agent"))) {
      Bundle bundle =
          allowing(rule("SCMP_ACT_NOTIFY", MKDIR)).shell("mkdir /tmp/x; echo $?; ls /tmp");
      bundle.with("/linux/seccomp/listenerPath", socket.path().toString());
      bundle.with("/linux/seccomp/listenerMetadata", "some metadata");
      Execution create =
          box.runtime()
              .beginCreate(
                  box.owns(bundle.name(), box.runtime()),
                  CreateOptions.bundle(bundle.write()),
                  Launcher.Stdin.NULL);

      DescriptorSocket.Message message = socket.receive();
      create.await().succeeds();

      JsonNode state = OciRuntime.json(message.text());
      assertEquals("some metadata", state.path("metadata").asText(), state::toString);
      assertEquals("seccompFd", state.path("fds").path(0).asText(), state::toString);
      assertEquals(1, message.descriptors().size());
      assertTrue(state.path("pid").asInt() > 0, state::toString);
      assertEquals(bundle.name(), state.path("state").path("id").asText(), state::toString);
      assertEquals(
          bundle.folder().toString(), state.path("state").path("bundle").asText(), state::toString);
      assertEquals("creating", state.path("state").path("status").asText(), state::toString);
      box.runtime().start(bundle.name()).succeeds();
      try (SeccompListener listener = new SeccompListener(message.descriptors().getFirst())) {
        // mkdir is 83, mkdirat 258 on x86-64.
        int number = listener.answer(-28);
        assertTrue(number == 83 || number == 258, () -> "syscall " + number);
      }
      assertEquals("1\n", create.awaitStdout(text -> !text.isEmpty()));
      assertTrue(create.stderr().contains("No space left on device"), create::stderr);
    }
  }

  @Test
  void notifyWithoutAListenerIsRefused() {
    Bundle bundle = allowing(rule("SCMP_ACT_NOTIFY", MKDIR)).sleeping();

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(
        box.kind() == RuntimeKind.CRUN || result.error().contains("listenerPath"),
        result::toString);
    box.assertNothingLeft();
  }

  @Test
  void aListenerThatIsNotThere() {
    Bundle bundle = allowing(rule("SCMP_ACT_NOTIFY", MKDIR)).sleeping();
    bundle.with("/linux/seccomp/listenerPath", box.folder() + "/nosuch");

    box.tryCreate(bundle).exits(1);

    box.assertNothingLeft();
  }
}
