package dev.proa.seccomp;

import dev.proa.kernel.Bytes;
import dev.proa.kernel.SeccompCalls;
import dev.proa.spec.JsonWriter;
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The calls that a container was seen to make, as the smallest profile that allows them. */
public final class Learned {
  /**
   * Allowed whether seen or not: what the runtime ends with, what the kernel has a process call
   * after a signal, and what only waits: whether a program has to depends on the moment, and while
   * it is watched it is slower than what it waits for.
   */
  private static final List<String> ALWAYS =
      List.of(
          "execve",
          "exit",
          "exit_group",
          "restart_syscall",
          "rt_sigreturn",
          "clock_nanosleep",
          "epoll_pwait",
          "epoll_wait",
          "futex",
          "nanosleep",
          "poll",
          "ppoll",
          "pselect6",
          "sched_yield",
          "select");

  private final Set<String> names = new TreeSet<>(ALWAYS);
  private final Set<String> architectures = new TreeSet<>(List.of(Arch.nativeArch().specName()));

  /** Knows nothing yet. */
  public Learned() {}

  /** Takes what an earlier run has learned: the calls that a profile allows. */
  public void add(Seccomp profile) {
    architectures.addAll(profile.architectures());
    for (SeccompRule rule : profile.syscalls()) {
      if (rule.action() == Seccomp.Action.SCMP_ACT_ALLOW) {
        names.addAll(rule.names());
      }
    }
  }

  /**
   * Takes a call that was made.
   *
   * @param audit AUDIT_ARCH_* by which it was made
   * @return whether it has a name
   */
  public boolean add(int audit, int number) {
    for (Arch arch : Arch.values()) {
      // x86-64 and x32 have one audit number; their calls' numbers differ.
      String name = arch.audit() == audit ? Syscalls.nameOf(arch, number) : null;
      if (name != null) {
        names.add(name);
        architectures.add(arch.specName());
        return true;
      }
    }
    return false;
  }

  /** Whether that is execve(2) or execveat(2). */
  public static boolean isExec(int audit, int number) {
    for (Arch arch : Arch.values()) {
      if (arch.audit() == audit) {
        String name = Syscalls.nameOf(arch, number);
        return "execve".equals(name) || "execveat".equals(name);
      }
    }
    return false;
  }

  /** The profile: the spec's section, its names sorted. */
  public byte[] toJson() {
    JsonWriter json = JsonWriter.pretty();
    json.beginObject().field("defaultAction", Seccomp.Action.SCMP_ACT_ERRNO.name());
    json.texts("architectures", List.copyOf(architectures)).beginArray("syscalls").beginObject();
    json.texts("names", List.copyOf(names));
    json.field("action", Seccomp.Action.SCMP_ACT_ALLOW.name());
    return json.endObject().endArray().endObject().toBytes();
  }

  /** A filter that asks about every call, whatever its architecture. */
  public static Filter everything(int flags) {
    byte[] program = new byte[Bpf.SIZE];
    Bytes.putShort(program, 0, Bpf.RET);
    Bytes.putInt(program, 4, Bpf.USER_NOTIF);
    return new Filter(program, flags | SeccompCalls.NEW_LISTENER);
  }
}
