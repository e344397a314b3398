package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Errno;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import dev.proa.spec.linux.IdMapping;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserTest {
  private static final List<IdMapping> THOUSAND = List.of(new IdMapping(0, 100_000, 1000));

  private static dev.proa.spec.User user(long uid, long gid, Long umask, Long... groups) {
    return new dev.proa.spec.User(uid, gid, umask, List.of(groups), null);
  }

  private static String refused(
      dev.proa.spec.User user, List<IdMapping> uids, List<IdMapping> gids, User.Groups groups) {
    return assertThrows(SetupException.class, () -> User.plan(user, uids, gids, groups))
        .getMessage();
  }

  @Test
  void groupsThenGidThenUid() {
    assertEquals(
        List.of(
            "setgroups(2, [10, 4294967294])",
            "setresgid(7, 7, 7)",
            "setresuid(4294967294, 4294967294, 4294967294)",
            "umask(077)"),
        ProcessSteps.lines(
            User.plan(
                user(4294967294L, 7, 077L, 10L, 4294967294L),
                List.of(),
                List.of(),
                User.Groups.SET)));
  }

  @Test
  void theCallersGroupsDoNotStay() {
    assertEquals(
        List.of("setgroups(0, NULL)", "setresgid(0, 0, 0)", "setresuid(0, 0, 0)"),
        ProcessSteps.lines(User.plan(null, List.of(), List.of(), User.Groups.SET)));
  }

  @Test
  void withoutTheRightToSetGroupsTheyAreLeftAlone() {
    assertEquals(
        List.of("setresgid(5, 5, 5)", "setresuid(5, 5, 5)"),
        ProcessSteps.lines(User.plan(user(5, 5, null), THOUSAND, THOUSAND, User.Groups.DENIED)));
    assertEquals(
        "cannot set any additional groups in a rootless container",
        refused(user(5, 5, null, 6L), THOUSAND, THOUSAND, User.Groups.DENIED));
  }

  @Test
  void theAnnotationKeepsTheCallersGroups() {
    Map<String, String> keep = Map.of("run.oci.keep_original_groups", "1");
    assertEquals(User.Groups.KEPT, User.Groups.of(keep, true));
    assertEquals(User.Groups.SET, User.Groups.of(Map.of(), true));
    assertEquals(User.Groups.DENIED, User.Groups.of(Map.of(), false));
    assertEquals(
        List.of("setresgid(5, 5, 5)", "setresuid(5, 5, 5)"),
        ProcessSteps.lines(
            User.plan(user(5, 5, null, 6L), List.of(), List.of(), User.Groups.KEPT)));
  }

  @Test
  void idsOutsideTheMappingsAreRefusedBeforeAnythingHappens() {
    assertEquals(
        "cannot set uid to unmapped user in user namespace",
        refused(user(1000, 0, null), THOUSAND, THOUSAND, User.Groups.SET));
    assertEquals(
        "cannot set gid to unmapped user in user namespace",
        refused(user(999, 1000, null), THOUSAND, THOUSAND, User.Groups.SET));
    assertEquals(
        "cannot set additional gid 1001, which is unmapped in the user namespace",
        refused(user(999, 999, null, 1001L), THOUSAND, THOUSAND, User.Groups.SET));
  }

  @Test
  void aFailedChangeOfUserIsAnError() {
    RecordingKernel kernel = new RecordingKernel().fail(Sysno.SETRESUID, Errno.EPERM);
    KernelException e =
        assertThrows(
            KernelException.class,
            () ->
                User.plan(user(1, 1, null), List.of(), List.of(), User.Groups.SET)
                    .apply(ProcessSteps.inside(kernel)));
    assertEquals("setresuid(1, 1, 1): operation not permitted", e.getMessage());
  }

  @Test
  void theUserOwnsItsStdioButNotTheHostsNull() {
    RecordingKernel kernel =
        new RecordingKernel()
            .on(
                Sysno.FSTAT,
                call -> {
                  byte[] stat = ((Arg.Memory) call.args().get(1)).bytes();
                  long fd = ((Arg.Value) call.args().get(0)).value();
                  Bytes.putInt(stat, 24, fd == 0 ? 0020666 : 0010600);
                  Bytes.putInt(stat, 28, fd == 1 ? 1000 : 0);
                  Bytes.putInt(stat, 32, 5);
                  Bytes.putLong(stat, 40, fd == 0 ? 0x103 : 0);
                  return 0;
                })
            .fail(Sysno.FCHOWN, Errno.EPERM);
    StdioOwner.plan(user(1000, 1000, null)).apply(ProcessSteps.inside(kernel));
    assertEquals(
        List.of(
            "fstat(0<stdio>, [144 bytes])",
            "fstat(1<stdio>, [144 bytes])",
            "fstat(2<stdio>, [144 bytes])",
            "fchown(2<stdio>, 1000, 5)"),
        kernel.lines());
  }
}
