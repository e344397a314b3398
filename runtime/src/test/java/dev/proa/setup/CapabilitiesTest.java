package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.CapabilityCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {
  private static final Capabilities.Grantable LAST = Capabilities.Grantable.upTo(40);

  private static dev.proa.spec.Capabilities sets(
      List<String> bounding,
      List<String> effective,
      List<String> inheritable,
      List<String> permitted,
      List<String> ambient) {
    return new dev.proa.spec.Capabilities(bounding, effective, inheritable, permitted, ambient);
  }

  /** Like a kernel whose last capability is 41: one more than has a name here. */
  private static RecordingKernel kernel() {
    return new RecordingKernel()
        .on(
            call ->
                call.number() == Sysno.PRCTL
                    && call.args().get(0).toString().startsWith("PR_CAPBSET")
                    && ((Arg.Value) call.args().get(1)).value() > 41,
            call -> -Errno.EINVAL.value());
  }

  @Test
  void theBoundingSetIsDroppedFirstAndTheAmbientOneRaisedLast() {
    Capabilities plan =
        Capabilities.plan(
            sets(
                List.of("CAP_CHOWN", "CAP_KILL"),
                List.of("CAP_CHOWN"),
                List.of("CAP_KILL"),
                List.of("CAP_CHOWN", "CAP_KILL"),
                List.of("CAP_KILL")),
            LAST,
            false);
    RecordingKernel kernel = kernel();
    plan.beforeUser().apply(ProcessSteps.inside(kernel));
    List<String> before = kernel.lines();
    assertEquals(42, before.size());
    assertEquals("prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)", before.getFirst());
    assertEquals("prctl(PR_CAPBSET_DROP, cap 41)", before.get(39));
    assertEquals("prctl(PR_CAPBSET_DROP, cap 42)", before.get(40));
    assertEquals("prctl(PR_SET_KEEPCAPS, 1)", before.get(41));
    assertTrue(before.stream().noneMatch(l -> l.contains("CAP_CHOWN") || l.contains("CAP_KILL")));

    assertEquals(
        List.of(
            "prctl(PR_SET_KEEPCAPS, 0)",
            "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0},"
                + " {effective=0x1, permitted=0x21, inheritable=0x20})",
            "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)",
            "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0)"),
        ProcessSteps.lines(plan.afterUser()));
    assertEquals(List.of(), plan.warnings());
  }

  @Test
  void withoutTheSectionNothingIsLeft() {
    Capabilities plan = Capabilities.plan(null, LAST, false);
    RecordingKernel kernel = kernel();
    plan.beforeUser().apply(ProcessSteps.inside(kernel));
    assertEquals(44, kernel.lines().size());
    assertEquals(
        "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0},"
            + " {effective=0x0, permitted=0x0, inheritable=0x0})",
        ProcessSteps.lines(plan.afterUser()).get(1));
  }

  @Test
  void onlyWhatTheConfigNamesIsInheritable() {
    // CVE-2022-29162: no set but the inheritable one makes a capability inheritable.
    List<String> all = List.of("CAP_SYS_ADMIN");
    Capabilities plan = Capabilities.plan(sets(all, all, List.of(), all, all), LAST, false);
    List<String> lines = ProcessSteps.lines(plan.afterUser());
    assertEquals(
        "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0},"
            + " {effective=0x200000, permitted=0x200000, inheritable=0x0})",
        lines.get(1));
    assertEquals(3, lines.size());
    assertEquals(List.of(), plan.warnings()); // buildah asks so: a word would be on its stderr
  }

  @Test
  void anUnknownOrUnavailableCapabilityIsAWarning() {
    List<String> names = List.of("CAP_NOPE", "CAP_BPF", "CAP_KILL");
    Capabilities plan =
        Capabilities.plan(
            sets(names, names, List.of(), names, List.of()),
            Capabilities.Grantable.upTo(38),
            false);
    assertEquals(
        List.of(
            "ignoring unknown or unavailable capability CAP_NOPE",
            "ignoring unknown or unavailable capability CAP_BPF"),
        plan.warnings());
    assertTrue(ProcessSteps.lines(plan.afterUser()).get(1).contains("permitted=0x20,"));
  }

  @Test
  void whatTheRuntimeDoesNotHaveItselfIsAWarning() {
    List<String> names = List.of("CAP_KILL", "CAP_SYS_RESOURCE");
    long kill = 1L << 5;
    Capabilities plan =
        Capabilities.plan(
            sets(names, names, names, names, names), new Capabilities.Grantable(kill, kill), false);
    assertEquals(
        List.of("ignoring unknown or unavailable capability CAP_SYS_RESOURCE"), plan.warnings());
    assertEquals(
        List.of(
            "prctl(PR_SET_KEEPCAPS, 0)",
            "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0},"
                + " {effective=0x20, permitted=0x20, inheritable=0x20})",
            "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)",
            "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0)"),
        ProcessSteps.lines(plan.afterUser()));
  }

  @Test
  void inAnotherUserNamespaceEverythingCanBeGranted() {
    // The recording kernel answers 0: the runtime itself has nothing, its bounding set neither.
    RecordingKernel kernel = kernel();
    assertEquals(Capabilities.Grantable.upTo(40), Capabilities.grantable(kernel, true));
    assertEquals(new Capabilities.Grantable(0, 0), Capabilities.grantable(kernel, false));
  }

  @Test
  void theHighHalfIsInTheSecondWord() {
    byte[] data =
        ((Arg.Memory) CapabilityCalls.capset(1L << 40, 1L << 32 | 1, 1L << 39).args().get(1))
            .bytes();
    assertEquals(List.of((byte) 1, (byte) 1), List.of(data[4], data[16]));
    assertEquals(List.of((byte) 1, (byte) 0x80), List.of(data[13], data[20]));
  }

  @Test
  void aDropThatIsNotAllowedIsAnError() {
    RecordingKernel kernel = new RecordingKernel().fail(Sysno.PRCTL, Errno.EPERM);
    KernelException e =
        assertThrows(
            KernelException.class,
            () ->
                Capabilities.plan(null, LAST, false)
                    .beforeUser()
                    .apply(ProcessSteps.inside(kernel)));
    assertEquals("prctl(PR_CAPBSET_DROP, CAP_CHOWN): operation not permitted", e.getMessage());
  }

  @Test
  void theRealKernelTellsItsLast() throws Exception {
    // readString would read one byte first, and sysctl files give no more at an offset.
    String last = Files.readAllLines(Path.of("/proc/sys/kernel/cap_last_cap")).getFirst();
    int expected = Integer.parseInt(last);
    assertEquals(Math.min(expected, 40), Capabilities.last(new LinuxKernel()));
  }

  @Test
  void keepsSysAdminForTheFilterUntilExecTakesIt() {
    RecordingKernel kernel = new RecordingKernel();
    Capabilities.plan(null, LAST, true).afterUser().apply(new Inside(kernel, null, null));
    long sysAdmin = 1L << 21;
    assertEquals(CapabilityCalls.capset(sysAdmin, sysAdmin, 0).toString(), kernel.lines().get(1));
  }
}
