package dev.proa.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.doctor.Probe.Answer;
import dev.proa.kernel.Errno;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.util.List;
import org.junit.jupiter.api.Test;

class CgroupProbesTest {
  private static List<Probe> ask(RecordingKernel kernel) {
    Probes probes = new Probes(kernel);
    new CgroupProbes(probes).ask();
    return probes.answers();
  }

  @Test
  void nothingMounted() {
    List<Probe> probes = ask(new RecordingKernel());

    assertEquals(Answer.FAILS, probes.getFirst().answer());
    assertTrue(probes.getFirst().help().contains("mount -t cgroup2"));
  }

  @Test
  void aUserWithoutDelegation() {
    RecordingKernel kernel =
        new RecordingKernel()
            .on(Sysno.GETEUID, call -> 1000)
            .fail(Sysno.FACCESSAT2, Errno.EACCES)
            .file("/proc/self/cgroup", "0::/user.slice\n")
            .file("/proc/self/mountinfo", "30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");

    List<Probe> probes = ask(kernel);

    Probe groups = probes.getLast();
    assertEquals("new v2 groups", groups.name());
    assertEquals(Answer.MISSING, groups.answer());
    assertTrue(groups.help().contains("Delegate=yes"));
  }
}
