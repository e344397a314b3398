package dev.proa.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import dev.proa.spec.Hook;
import dev.proa.spec.Hooks;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The parent's and the child's side of a hook, on a kernel that plays the other one. */
class HookRunnerTest {
  private static final byte[] STATE = "{\"id\":\"c\"}".getBytes(StandardCharsets.UTF_8);
  private static final Hook HOOK = new Hook("/bin/hook", List.of(), List.of(), null);
  // The pipes in the order in which they are made: 20 and 21 stdin, then stdout, stderr, failure.
  private static final int STDOUT = 22;
  private static final int FAILURE = 26;

  private final RecordingKernel kernel = new RecordingKernel();
  private final HookRunner runner = new HookRunner(kernel);
  private int nextPipe = 20;
  private int child = 77;
  private int status;
  private int execErrno;

  /** What each ppoll reports: four revents, in the order stdin, stdout, stderr, pidfd. */
  private final Deque<int[]> events = new ArrayDeque<>();

  private final Deque<String> output = new ArrayDeque<>();

  private static byte[] memory(Call call, int index) {
    return ((Arg.Memory) call.args().get(index)).bytes();
  }

  private static long fd(Call call) {
    return ((Arg.Value) call.args().get(0)).value();
  }

  @BeforeEach
  void hookIsPlayed() {
    kernel
        .on(
            Sysno.PIPE2,
            call -> {
              Bytes.putInt(memory(call, 0), 0, nextPipe++);
              Bytes.putInt(memory(call, 0), 4, nextPipe++);
              return 0;
            })
        .on(Sysno.CLONE3, call -> child)
        .on(Sysno.WRITE, call -> memory(call, 1).length)
        .on(
            Sysno.READ,
            call -> {
              if (fd(call) == FAILURE) {
                Bytes.putInt(memory(call, 1), 0, execErrno);
                return execErrno == 0 ? 0 : 4;
              }
              if (fd(call) != STDOUT || output.isEmpty()) {
                return -Errno.EAGAIN.value();
              }
              byte[] text = output.removeFirst().getBytes(StandardCharsets.UTF_8);
              System.arraycopy(text, 0, memory(call, 1), 0, text.length);
              return text.length;
            })
        .on(
            Sysno.PPOLL,
            call -> {
              int[] now = events.removeFirst();
              int ready = 0;
              for (int i = 0; i < 4; i++) {
                Bytes.putShort(memory(call, 0), 8 * i + 6, now[i]);
                ready += now[i] == 0 ? 0 : 1;
              }
              return ready;
            })
        .on(
            Sysno.WAIT4,
            call -> {
              Bytes.putInt(memory(call, 1), 0, status);
              return child;
            });
  }

  private String failure(Hook... hooks) {
    return assertThrows(
            HookException.class,
            () -> runner.run("createRuntime", List.of(hooks), STATE, List.of()))
        .getMessage();
  }

  private List<String> linesOf(String name) {
    return kernel.lines().stream().filter(line -> line.startsWith(name + "(")).toList();
  }

  @Test
  void theHookGetsTheStateAndIsWaitedFor() {
    events.add(new int[] {4, 0, 0, 0});
    events.add(new int[] {0, 0, 0, 1});
    runner.run("createRuntime", List.of(HOOK), STATE, List.of());
    assertEquals(
        List.of(
            "pipe2([8 bytes], O_CLOEXEC)",
            "pipe2([8 bytes], O_CLOEXEC)",
            "pipe2([8 bytes], O_CLOEXEC)",
            "pipe2([8 bytes], O_CLOEXEC)",
            "prctl(PR_GET_TID_ADDRESS, [8 bytes])",
            "clone3({flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID, exit_signal=SIGCHLD}, 88)",
            "read(26<pipe>, [4 bytes], 4)",
            "pidfd_open(77, 0)",
            "fcntl(21<pipe>, F_GETFL)",
            "fcntl(21<pipe>, F_SETFL, O_NONBLOCK)",
            "fcntl(22<pipe>, F_GETFL)",
            "fcntl(22<pipe>, F_SETFL, O_NONBLOCK)",
            "fcntl(24<pipe>, F_GETFL)",
            "fcntl(24<pipe>, F_SETFL, O_NONBLOCK)",
            "rt_sigaction(SIGPIPE, {sa_handler=SIG_IGN}, [32 bytes], 8)",
            "ppoll([32 bytes], 4, NULL, NULL, 8)",
            "write(21<pipe>, \"{\\\"id\\\":\\\"c\\\"}\", 10)",
            "ppoll([32 bytes], 4, NULL, NULL, 8)",
            "rt_sigaction(SIGPIPE, {sa_handler=SIG_IGN}, [32 bytes], 8)",
            "rt_sigaction(SIGPIPE, {...}, NULL, 8)",
            "wait4(77, [4 bytes], __WALL, NULL)"),
        kernel.lines());
    assertEquals(
        List.of(20L, 21L, 22L, 23L, 24L, 25L, 26L, 27L, 10L),
        kernel.calls().stream()
            .filter(call -> call.number() == Sysno.CLOSE)
            .map(HookRunnerTest::fd)
            .sorted((a, b) -> Long.compare(a == 10 ? 99 : a, b == 10 ? 99 : b))
            .toList());
  }

  @Test
  void aFailedHookSaysWhatItSaid() {
    status = 3 << 8;
    output.add("some ");
    output.add("words");
    events.add(new int[] {4, 1, 0, 0});
    events.add(new int[] {0, 0, 0, 1});
    assertEquals(
        "error running createRuntime hook #0: exit status 3, stdout: some words, stderr: ",
        failure(HOOK, HOOK));
    assertEquals(1, linesOf("clone3").size());
  }

  @Test
  void theSecondHookIsNumberOne() {
    events.add(new int[] {4, 0, 0, 1});
    events.add(new int[] {4, 0, 0, 1});
    int[] ends = {0};
    kernel.on(
        Sysno.WAIT4,
        call -> {
          Bytes.putInt(memory(call, 1), 0, ends[0]++ == 0 ? 0 : 9);
          return child;
        });
    kernel.on(
        call -> call.number() == Sysno.READ && (fd(call) == FAILURE || fd(call) == FAILURE + 8),
        call -> 0);
    assertEquals(
        "error running createRuntime hook #1: signal: killed, stdout: , stderr: ",
        failure(HOOK, HOOK));
  }

  @Test
  void aHookThatIsNotThere() {
    execErrno = Errno.ENOENT.value();
    assertEquals(
        "error running createRuntime hook #0: fork/exec /bin/hook: no such file or directory",
        failure(HOOK));
    assertEquals(1, linesOf("wait4").size());
  }

  @Test
  void aHookThatTakesTooLongIsKilledAndReaped() {
    status = 9;
    kernel.on(
        Sysno.PPOLL,
        call -> {
          // The kernel takes the time that it was given.
          long end =
              System.nanoTime()
                  + Bytes.getLong(memory(call, 2), 0) * 1_000_000_000
                  + Bytes.getLong(memory(call, 2), 8);
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
          return 0;
        });
    assertEquals(
        "error running createRuntime hook #0: hook ran past specified timeout of 1.0s",
        failure(new Hook("/bin/hook", List.of(), List.of(), 1)));
    assertEquals(
        List.of("pidfd_send_signal(10<pidfd of 77>, SIGKILL, NULL, 0)"),
        linesOf("pidfd_send_signal"));
    assertEquals(1, linesOf("wait4").size());
  }

  @Test
  void aHookThatDoesNotReadItsStateIsNoError() {
    kernel.fail(Sysno.WRITE, Errno.EPIPE);
    events.add(new int[] {8, 0, 0, 0});
    events.add(new int[] {0, 0, 0, 1});
    runner.run("poststop", List.of(HOOK), STATE, List.of());
    assertEquals(1, linesOf("write").size());
  }

  @Test
  void aStateLargerThanAPipeIsWrittenInParts() {
    byte[] state = new byte[100_000];
    int[] left = {65536};
    kernel.on(
        Sysno.WRITE,
        call -> {
          int count = Math.min(left[0], memory(call, 1).length);
          left[0] = 65536 - left[0] + 4096;
          return count == 0 ? -Errno.EAGAIN.value() : count;
        });
    for (int i = 0; i < 3; i++) {
      events.add(new int[] {4, 0, 0, 0});
    }
    events.add(new int[] {0, 0, 0, 1});
    runner.run("poststop", List.of(HOOK), state, List.of());
    long sent =
        kernel.calls().stream()
            .filter(call -> call.number() == Sysno.CLOSE && fd(call) == 21)
            .count();
    assertEquals(1, sent);
  }

  @Test
  void theChildTakesItsStdioAndExecutes() {
    child = 0;
    kernel.fail(Sysno.EXECVE, Errno.EACCES);
    assertThrows(
        IllegalStateException.class,
        () ->
            runner.run(
                "prestart",
                List.of(new Hook("/bin/hook", List.of("hook", "x"), List.of("A=b"), 5)),
                STATE,
                List.of("C=d")));
    List<String> lines = kernel.lines();
    assertEquals(
        List.of(
            "rt_sigaction(SIGPIPE, {sa_handler=SIG_DFL}, NULL, 8)",
            "rt_sigprocmask(SIG_SETMASK, [], NULL, 8)",
            "dup3(20<pipe>, 0, 0)",
            "dup3(23<pipe>, 1, 0)",
            "dup3(25<pipe>, 2, 0)",
            "close_range(3, ~0U, CLOSE_RANGE_CLOEXEC)",
            "execve(\"/bin/hook\", [\"hook\", \"x\"], [\"A=b\"])",
            "write(27<pipe>, \"\\r\\0\\0\\0\", 4)",
            "exit_group(127)"),
        lines.subList(6, lines.size()));
  }

  @Test
  void argsDefaultToThePathAndTheEnvironmentToTheGivenOne() {
    child = 0;
    assertThrows(
        IllegalStateException.class,
        () -> runner.run("startContainer", List.of(HOOK), STATE, List.of("C=d")));
    assertEquals(List.of("execve(\"/bin/hook\", [\"/bin/hook\"], [\"C=d\"])"), linesOf("execve"));
  }

  @Test
  void theChildNeverReturnsWhateverFails() {
    child = 0;
    kernel.fail(Sysno.DUP3, Errno.EMFILE);
    assertThrows(
        IllegalStateException.class, () -> runner.run("prestart", List.of(HOOK), STATE, List.of()));
    assertTrue(linesOf("execve").isEmpty());
    assertEquals("exit_group(127)", kernel.lines().getLast());
  }

  @Test
  void whatTheSpecForbidsIsRefusedBeforehand() {
    Hooks relative =
        new Hooks(
            List.of(),
            List.of(),
            List.of(HOOK, new Hook("bin/x", List.of(), List.of(), null)),
            List.of(),
            List.of(),
            List.of());
    assertEquals(
        "createContainer hook #1: path \"bin/x\" is not absolute",
        assertThrows(HookException.class, () -> HookRunner.check(relative)).getMessage());
    Hooks timeless =
        new Hooks(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(new Hook("/x", List.of(), List.of(), 0)));
    assertEquals(
        "poststop hook #0: timeout 0 is not greater than zero",
        assertThrows(HookException.class, () -> HookRunner.check(timeless)).getMessage());
  }

  @Test
  void onlyTheEndOfALongOutputIsKept() {
    Tail tail = new Tail();
    byte[] text = "x".repeat(5000).concat("end").getBytes(StandardCharsets.UTF_8);
    tail.take(text, text.length);
    assertEquals(4096, tail.toString().length());
    assertTrue(tail.toString().endsWith("xend"));
  }
}
