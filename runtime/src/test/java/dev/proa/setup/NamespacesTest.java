package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.linux.Linux;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamespacesTest {
  private static Namespaces plan(String json) {
    return Namespaces.plan(
        Linux.read(JsonDocument.parse("linux", json.getBytes(StandardCharsets.UTF_8)).root()));
  }

  @Test
  void newOnesAreMadeByOneCloneButForTheCgroupNamespace() {
    Namespaces plan =
        plan("{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"mount\"},{\"type\":\"cgroup\"}]}");
    assertEquals(NamespaceCalls.CLONE_NEWPID | NamespaceCalls.CLONE_NEWNS, plan.cloned());
    assertTrue(plan.creates(NamespaceCalls.CLONE_NEWCGROUP));
    assertFalse(plan.staged());
    assertFalse(plan.has(NamespaceCalls.CLONE_NEWNET));
  }

  @Test
  void aJoinedUserNamespaceIsEnteredBeforeTheOthersAreMade() {
    Namespaces plan =
        plan("{\"namespaces\":[{\"type\":\"user\",\"path\":\"/u\"},{\"type\":\"mount\"}]}");
    assertTrue(plan.staged());
    assertEquals("linux.namespaces[0].path", plan.user().section());
    assertTrue(plan.has(NamespaceCalls.CLONE_NEWUSER));
  }

  @Test
  void aNewUserNamespaceNeedsTheStageOnlyBesideJoinedOnes() {
    assertFalse(plan("{\"namespaces\":[{\"type\":\"user\"},{\"type\":\"pid\"}]}").staged());
    assertTrue(
        plan("{\"namespaces\":[{\"type\":\"user\"},{\"type\":\"network\",\"path\":\"/n\"}]}")
            .staged());
  }

  @Test
  void timeOffsetsNeedTheStage() {
    assertFalse(plan("{\"namespaces\":[{\"type\":\"time\"}]}").staged());
    assertTrue(
        plan("{\"namespaces\":[{\"type\":\"time\"}],\"timeOffsets\":{\"monotonic\":{\"secs\":1}}}")
            .staged());
  }

  /** Host privileges first, then the user namespace, then what only its root may enter. */
  @Test
  void whatIsRefusedBeforeTheUserNamespaceIsEnteredAfterIt() {
    RecordingKernel kernel = new RecordingKernel();
    int[] tries = {0};
    kernel.on(
        call ->
            call.number() == Sysno.SETNS && call.args().get(1).toString().equals("CLONE_NEWNET"),
        call -> tries[0]++ == 0 ? -Errno.EPERM.value() : 0);
    Namespaces.enterAll(
        kernel,
        List.of(
            opened(kernel, NamespaceCalls.CLONE_NEWNET, 3),
            opened(kernel, NamespaceCalls.CLONE_NEWIPC, 4)),
        opened(kernel, NamespaceCalls.CLONE_NEWUSER, 5));
    assertEquals(
        List.of(
            "setns(3<ns>, CLONE_NEWNET)",
            "setns(4<ns>, CLONE_NEWIPC)",
            "setns(5<ns>, CLONE_NEWUSER)",
            "setns(3<ns>, CLONE_NEWNET)"),
        kernel.lines());
  }

  @Test
  void aMissingFileIsNamedWithItsPlace() {
    RecordingKernel kernel = new RecordingKernel().fail(Sysno.OPENAT, Errno.ENOENT);
    Namespaces plan = plan("{\"namespaces\":[{\"type\":\"ipc\",\"path\":\"/nosuch\"}]}");
    SetupException e = assertThrows(SetupException.class, () -> plan.open(kernel));
    assertEquals(
        "linux.namespaces[0].path: openat(AT_FDCWD, \"/nosuch\", O_CLOEXEC, 0): no such file or"
            + " directory",
        e.getMessage());
  }

  private static Namespaces.Opened opened(RecordingKernel kernel, long flag, int fd) {
    return new Namespaces.Opened(
        new Namespaces.Join(flag, "/n", "linux.namespaces[0].path"), new Fd(kernel, fd, "ns"));
  }
}
