package dev.proa.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessCallsTest {
  private final RecordingKernel kernel = new RecordingKernel();
  private final ProcessCalls processes = new ProcessCalls(kernel);

  @Test
  void cloneTellsTheKernelWhereGlibcKeepsTheThreadId() {
    long address = 0x7f00_1234_5678L;
    kernel.on(
        Sysno.PRCTL,
        call -> {
          Bytes.putLong(((Arg.Memory) call.args().get(1)).bytes(), 0, address);
          return 0;
        });
    kernel.on(Sysno.CLONE3, call -> 77);
    Fd cgroup = new Fd(kernel, 9, "/sys/fs/cgroup/x");

    int child =
        processes.clone3(
            NamespaceCalls.CLONE_NEWPID | NamespaceCalls.CLONE_NEWNS, Signal.SIGCHLD, cgroup);

    assertEquals(77, child);
    assertEquals(
        List.of(
            "prctl(PR_GET_TID_ADDRESS, [8 bytes])",
            "clone3({flags=CLONE_NEWNS|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|CLONE_NEWPID"
                + "|CLONE_INTO_CGROUP, exit_signal=SIGCHLD, cgroup=9</sys/fs/cgroup/x>}, 88)"),
        kernel.lines());
    byte[] arguments = ((Arg.Memory) kernel.calls().getLast().args().get(0)).bytes();
    assertEquals(0x2_2122_0000L, Bytes.getLong(arguments, 0));
    assertEquals(address, Bytes.getLong(arguments, 16));
    assertEquals(17, Bytes.getLong(arguments, 32));
    assertEquals(9, Bytes.getLong(arguments, 80));
  }

  @Test
  void cloneGoesWithoutTheThreadIdWhereTheKernelDoesNotTell() {
    kernel.fail(Sysno.PRCTL, Errno.EINVAL).on(Sysno.CLONE3, call -> 5);
    assertEquals(5, processes.fork());
    assertEquals("clone3({flags=0, exit_signal=SIGCHLD}, 88)", kernel.lines().getLast());
  }

  @Test
  void waitsAgainAfterASignal() {
    int[] times = {0};
    kernel.on(
        Sysno.WAIT4,
        call -> {
          if (times[0]++ == 0) {
            return -Errno.EINTR.value();
          }
          Bytes.putInt(((Arg.Memory) call.args().get(1)).bytes(), 0, 3 << 8);
          return 12;
        });
    WaitStatus status = processes.wait4(12, ProcessCalls.WALL);
    assertEquals(new WaitStatus(12, 0x300), status);
    assertEquals(3, status.code());
    assertEquals("exit status 3", status.toString());
    assertEquals("wait4(12, [4 bytes], __WALL, NULL)", kernel.lines().getLast());
  }

  @Test
  void noChildEndedYet() {
    assertNull(processes.wait4(-1, ProcessCalls.WNOHANG));
  }

  @Test
  void aSignalsEndIsReportedAsAShellDoes() {
    WaitStatus killed = new WaitStatus(1, 9);
    assertTrue(killed.signalled());
    assertEquals(137, killed.code());
    assertEquals("signal: killed", killed.toString());
    assertEquals("signal: segmentation fault (core dumped)", new WaitStatus(1, 0x8b).toString());
  }

  @Test
  void theRealKernelTellsTheWorkingDirectory() {
    assertEquals(System.getProperty("user.dir"), new ProcessCalls(new LinuxKernel()).getcwd());
  }

  @Test
  void execReadsLikeStrace() {
    assertEquals(
        "execve(\"/bin/sh\", [\"sh\", \"-c\"], [\"A=b\"])",
        ProcessCalls.execve("/bin/sh", List.of("sh", "-c"), List.of("A=b")).toString());
    assertEquals("prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)", ProcessCalls.setNoNewPrivs().toString());
  }

  @Test
  void aNulByteCannotCutAnArgumentShort() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ProcessCalls.execve("/bin/sh", List.of("a\0b"), List.of()));
  }
}
