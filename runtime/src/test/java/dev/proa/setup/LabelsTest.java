package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** AppArmor, SELinux, keyring, no_new_privs, OOM score and signals. */
class LabelsTest {
  private static long all(dev.proa.kernel.Call write) {
    return ((Arg.Memory) write.args().get(1)).bytes().length;
  }

  @Test
  void apparmorHasAFileOfItsOwn() {
    RecordingKernel kernel = new RecordingKernel().on(Sysno.WRITE, LabelsTest::all);
    ApparmorProfile.plan("docker-default", true).apply(ProcessSteps.inside(kernel));
    assertEquals(
        List.of(
            "openat2(4<proc>, \"self/attr/apparmor/exec\", {flags=O_WRONLY|O_CLOEXEC, resolve=RESOLVE_NO_XDEV"
                + "|RESOLVE_NO_MAGICLINKS|RESOLVE_BENEATH}, 24)",
            "write(10<self/attr/apparmor/exec>, \"exec docker-default\", 19)"),
        kernel.lines());
  }

  @Test
  void apparmorOnAnOlderKernelUsesTheSharedFile() {
    RecordingKernel kernel =
        new RecordingKernel()
            .on(Sysno.WRITE, LabelsTest::all)
            .on(call -> call.toString().contains("apparmor/exec"), call -> -Errno.ENOENT.value());
    ApparmorProfile.plan("p", true).apply(ProcessSteps.inside(kernel));
    assertEquals(
        "openat2(4<proc>, \"self/attr/exec\", {flags=O_WRONLY|O_CLOEXEC, resolve=RESOLVE_NO_XDEV"
            + "|RESOLVE_NO_MAGICLINKS|RESOLVE_BENEATH}, 24)",
        kernel.lines().get(1));
  }

  @Test
  void labelsWithoutTheirModuleAreRefused() {
    assertEquals(
        "apparmor: config provided but apparmor not supported",
        assertThrows(SetupException.class, () -> ApparmorProfile.plan("p", false)).getMessage());
    assertEquals(
        "selinux label is specified in config, but selinux is disabled or not supported",
        assertThrows(SetupException.class, () -> SelinuxLabel.plan("l", false)).getMessage());
    assertNull(ApparmorProfile.plan("", false));
    assertNull(SelinuxLabel.plan(null, false));
  }

  @Test
  void whetherTheModulesAreThere() {
    assertTrue(
        ApparmorProfile.isEnabled(
            new RecordingKernel().file("/sys/module/apparmor/parameters/enabled", "Y\n")));
    assertFalse(ApparmorProfile.isEnabled(new RecordingKernel().fail(Sysno.OPENAT, Errno.ENOENT)));
    assertFalse(SelinuxLabel.isEnabled(new RecordingKernel().fail(Sysno.STATFS, Errno.ENOENT)));
    assertTrue(
        SelinuxLabel.isEnabled(
            new RecordingKernel()
                .on(
                    Sysno.STATFS,
                    call -> {
                      Bytes.putInt(((Arg.Memory) call.args().get(1)).bytes(), 0, 0xf97cff8c);
                      return 0;
                    })));
  }

  @Test
  void selinux() {
    RecordingKernel kernel = new RecordingKernel().on(Sysno.WRITE, LabelsTest::all);
    SelinuxLabel.plan("system_u:system_r:container_t:s0", true).apply(ProcessSteps.inside(kernel));
    assertEquals(
        "write(10<self/attr/exec>, \"system_u:system_r:container_t:s0\", 32)",
        kernel.lines().getLast());
  }

  private static RecordingKernel keyring() {
    return new RecordingKernel()
        .on(
            Sysno.KEYCTL,
            call -> {
              if (call.toString().contains("DESCRIBE")) {
                byte[] text = "keyring;0;0;3f130000;_ses.c1\0".getBytes(StandardCharsets.UTF_8);
                byte[] buffer = ((Arg.Memory) call.args().get(2)).bytes();
                System.arraycopy(text, 0, buffer, 0, text.length);
                return text.length;
              }
              return call.toString().contains("JOIN") ? 900 : 0;
            });
  }

  @Test
  void theSessionKeyringCanBeFoundByWhoJoinsTheContainer() {
    RecordingKernel kernel = keyring();
    SessionKeyring.plan("c1", false, null).apply(ProcessSteps.inside(kernel));
    assertEquals(
        List.of(
            "keyctl(KEYCTL_JOIN_SESSION_KEYRING, \"_ses.c1\")",
            "keyctl(KEYCTL_DESCRIBE, 900, [1024 bytes], 1024)",
            "keyctl(KEYCTL_SETPERM, 900, 0x3f1b0000)"),
        kernel.lines());
    RecordingKernel other = keyring();
    SessionKeyring.plan("c1", true, null).apply(ProcessSteps.inside(other));
    assertEquals("keyctl(KEYCTL_SETPERM, 900, 0x3f130008)", other.lines().getLast());
  }

  @Test
  void theSessionKeyringHasTheProcesssLabel() {
    RecordingKernel kernel = keyring().on(Sysno.WRITE, LabelsTest::all);
    SessionKeyring.plan("c1", false, "u:r:t:s0").apply(ProcessSteps.inside(kernel));
    assertEquals(
        List.of(
            "write(10<self/attr/keycreate>, \"u:r:t:s0\", 8)",
            "keyctl(KEYCTL_JOIN_SESSION_KEYRING, \"_ses.c1\")"),
        kernel.lines().subList(1, 3));
  }

  @Test
  void aKernelWithoutKeyringsIsNoError() {
    RecordingKernel kernel = new RecordingKernel().fail(Sysno.KEYCTL, Errno.ENOSYS);
    SessionKeyring.plan("c1", false, null).apply(ProcessSteps.inside(kernel));
    assertEquals(1, kernel.lines().size());
  }

  @Test
  void noNewPrivileges() {
    assertEquals(
        List.of("prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)"),
        ProcessSteps.lines(NoNewPrivileges.plan(true)));
    assertNull(NoNewPrivileges.plan(false));
  }

  @Test
  void signalsAreAsTheCallerLeftThem() {
    assertEquals(
        List.of(
            "rt_sigaction(SIGPIPE, {sa_handler=SIG_DFL}, NULL, 8)",
            "rt_sigprocmask(SIG_SETMASK, [HUP], NULL, 8)"),
        ProcessSteps.lines(Session.signals(1)));
    assertEquals(List.of("setsid()"), ProcessSteps.lines(Session.plan()));
  }

  @Test
  void theOomScoreIsWrittenOnlyWhereItChanges() {
    RecordingKernel kernel =
        new RecordingKernel().file("55/oom_score_adj", "0\n").on(Sysno.WRITE, LabelsTest::all);
    Fd proc = new Fd(kernel, 4, "proc");
    OomScoreAdj.plan(0).applyTo(kernel, proc, 55);
    assertTrue(kernel.lines().stream().noneMatch(line -> line.startsWith("write")));
    OomScoreAdj.plan(-5).applyTo(kernel, proc, 55);
    assertTrue(kernel.lines().getLast().endsWith(", \"-5\", 2)"), kernel.lines().getLast());
    assertNull(OomScoreAdj.plan(null));
  }
}
