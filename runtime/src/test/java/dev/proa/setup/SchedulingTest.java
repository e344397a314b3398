package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.spec.IoPriority.IoClass;
import dev.proa.spec.Scheduler.Flag;
import dev.proa.spec.Scheduler.Policy;
import dev.proa.spec.linux.MemoryPolicy.Mode;
import dev.proa.spec.linux.Personality.Domain;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Scheduler, I/O priority, memory policy, CPU affinity and personality. */
class SchedulingTest {
  private static String refused(Executable plan) {
    return assertThrows(SetupException.class, plan).getMessage();
  }

  private static dev.proa.spec.Scheduler scheduler(
      Policy policy, Integer nice, Integer priority, Long runtime, Flag... flags) {
    return new dev.proa.spec.Scheduler(
        policy, nice, priority, List.of(flags), runtime, runtime, runtime);
  }

  @Test
  void aBatchScheduler() {
    assertEquals(
        List.of(
            "sched_setattr(0, {policy=SCHED_BATCH, flags=SCHED_FLAG_RESET_ON_FORK, nice=19,"
                + " priority=0, runtime=0, deadline=0, period=0}, 0)"),
        ProcessSteps.lines(
            Scheduler.plan(
                scheduler(Policy.SCHED_BATCH, 19, null, null, Flag.SCHED_FLAG_RESET_ON_FORK))));
  }

  @Test
  void aDeadlineScheduler() {
    assertEquals(
        List.of(
            "sched_setattr(0, {policy=SCHED_DEADLINE, flags=SCHED_FLAG_RECLAIM"
                + "|SCHED_FLAG_DL_OVERRUN, nice=0, priority=0, runtime=5000000,"
                + " deadline=5000000, period=5000000}, 0)"),
        ProcessSteps.lines(
            Scheduler.plan(
                scheduler(
                    Policy.SCHED_DEADLINE,
                    null,
                    null,
                    5_000_000L,
                    Flag.SCHED_FLAG_RECLAIM,
                    Flag.SCHED_FLAG_DL_OVERRUN))));
  }

  @Test
  void parametersOfAnotherPolicyAreRefused() {
    assertEquals(
        "invalid scheduler.nice: 20",
        refused(() -> Scheduler.plan(scheduler(Policy.SCHED_OTHER, 20, null, null))));
    assertEquals(
        "scheduler.priority can only be specified for SchedFIFO or SchedRR policy",
        refused(() -> Scheduler.plan(scheduler(Policy.SCHED_IDLE, null, 1, null))));
    assertEquals(
        "scheduler runtime/deadline/period can only be specified for SchedDeadline policy",
        refused(() -> Scheduler.plan(scheduler(Policy.SCHED_FIFO, null, 1, 5L))));
  }

  @Test
  void ioPriority() {
    assertEquals(
        List.of("ioprio_set(IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4))"),
        ProcessSteps.lines(
            IoPriority.plan(new dev.proa.spec.IoPriority(IoClass.IOPRIO_CLASS_BE, 4))));
    assertEquals(
        "invalid ioPriority.Priority: 8",
        refused(() -> IoPriority.plan(new dev.proa.spec.IoPriority(IoClass.IOPRIO_CLASS_RT, 8))));
  }

  private static Step policy(
      Mode mode, String nodes, dev.proa.spec.linux.MemoryPolicy.Flag... flags) {
    return MemoryPolicy.plan(new dev.proa.spec.linux.MemoryPolicy(mode, nodes, List.of(flags)));
  }

  @Test
  void memoryPolicy() {
    assertEquals(
        List.of("set_mempolicy(MPOL_BIND|MPOL_F_STATIC_NODES, [0 1 2 64], 129)"),
        ProcessSteps.lines(
            policy(
                Mode.MPOL_BIND,
                "0-2,64",
                dev.proa.spec.linux.MemoryPolicy.Flag.MPOL_F_STATIC_NODES)));
    assertEquals(
        List.of("set_mempolicy(MPOL_LOCAL, NULL, 0)"),
        ProcessSteps.lines(policy(Mode.MPOL_LOCAL, null)));
    assertEquals(
        List.of("set_mempolicy(MPOL_WEIGHTED_INTERLEAVE, [0], 65)"),
        ProcessSteps.lines(policy(Mode.MPOL_WEIGHTED_INTERLEAVE, "0")));
  }

  @Test
  void memoryPolicyWithTheWrongNodes() {
    assertEquals(
        "memory policy mode MPOL_DEFAULT takes no nodes",
        refused(() -> policy(Mode.MPOL_DEFAULT, "0")));
    assertEquals(
        "memory policy mode MPOL_BIND needs nodes", refused(() -> policy(Mode.MPOL_BIND, "")));
    assertEquals(
        "memory policy flags MPOL_F_RELATIVE_NODES and MPOL_F_STATIC_NODES exclude each other",
        refused(
            () ->
                policy(
                    Mode.MPOL_BIND,
                    "0",
                    dev.proa.spec.linux.MemoryPolicy.Flag.MPOL_F_RELATIVE_NODES,
                    dev.proa.spec.linux.MemoryPolicy.Flag.MPOL_F_STATIC_NODES)));
  }

  @Test
  void cpuAffinityBeforeAndAfterTheCgroup() {
    ExecCpuAffinity plan =
        ExecCpuAffinity.plan(new dev.proa.spec.ExecCpuAffinity("0-1,\t1200", null));
    assertEquals("sched_setaffinity(9, 152, [0 1 1200])", plan.initial(9).toString());
    assertEquals("sched_setaffinity(9, 1024, [all])", plan.last(9).toString());
  }

  @Test
  void whatIsNoListOfNumbers() {
    assertEquals("invalid range 5-2 in \"5-2\"", refused(() -> NumberList.parse("5-2")));
    assertEquals("invalid number \"a\" in \"1,a\"", refused(() -> NumberList.parse("1,a")));
    assertEquals("a number is missing in \"3-\"", refused(() -> NumberList.parse("3-")));
    assertEquals("invalid number \"1-2\" in \"0-1-2\"", refused(() -> NumberList.parse("0-1-2")));
    assertEquals("number 8192 in \"8192\" is too high", refused(() -> NumberList.parse("8192")));
    assertEquals(
        "number 99999999999999 in \"99999999999999\" is too high",
        refused(() -> NumberList.parse("99999999999999")));
    assertEquals(0, NumberList.parse(" , ").length);
  }

  @Test
  void personality() {
    assertEquals(
        List.of("personality(0x8)"),
        ProcessSteps.lines(
            Personality.plan(new dev.proa.spec.linux.Personality(Domain.LINUX32, List.of()))));
    assertNull(Personality.plan(null));
    assertEquals(
        "personality flag ADDR_NO_RANDOMIZE is unknown",
        refused(
            () ->
                Personality.plan(
                    new dev.proa.spec.linux.Personality(
                        Domain.LINUX, List.of("ADDR_NO_RANDOMIZE")))));
  }
}
