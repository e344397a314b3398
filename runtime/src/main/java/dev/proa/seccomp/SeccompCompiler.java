package dev.proa.seccomp;

import dev.proa.kernel.SeccompCalls;
import dev.proa.spec.linux.Seccomp;
import java.util.List;

/** Makes a filter of the spec's section: config-linux.md, Seccomp. A pure function. */
public final class SeccompCompiler {
  /** The flags that a section may have, as the features document lists them. */
  public static final List<String> KNOWN_FLAGS =
      List.of(
          "SECCOMP_FILTER_FLAG_TSYNC",
          "SECCOMP_FILTER_FLAG_LOG",
          "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
          "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");

  private SeccompCompiler() {}

  /**
   * The filter for this machine.
   *
   * @throws SeccompException if the section means no filter
   */
  public static Filter compile(Seccomp section) {
    return compile(section, Arch.nativeArch());
  }

  /** The filter for a machine of that architecture. */
  static Filter compile(Seccomp section, Arch machine) {
    RuleSet rules = new RuleSet(section);
    Arch[] arches = arches(section, machine);
    int flags = flags(section.flags(), rules.notifies());
    BpfAssembler code = new BpfAssembler();
    // A call made in a way that is not listed kills the thread: its number means another call.
    int unlisted = code.ret(Bpf.KILL_THREAD);
    int[] begins = new int[arches.length];
    // Backwards, so that this machine's own code is next to the test for it.
    for (int i = arches.length - 1; i >= 0; i--) {
      if (hasCode(arches, i)) {
        begins[i] = new FilterCode(code, ranges(rules, arches, i), rules.defaultAction()).write();
      }
    }
    int next = unlisted;
    for (int i = arches.length - 1; i >= 0; i--) {
      if (hasCode(arches, i)) {
        next = code.jump(Bpf.JEQ, arches[i].audit(), begins[i], next);
      }
    }
    code.plain(Bpf.LD, Bpf.OFFSET_ARCH);
    if (code.count() > Bpf.MAX_INSTRUCTIONS) {
      throw new SeccompException(
          "seccomp filter is too long: "
              + code.count()
              + " instructions, and Linux takes at most "
              + Bpf.MAX_INSTRUCTIONS);
    }
    return new Filter(code.program(), flags);
  }

  /** Whether any architecture has a system call of that name; rules for others are lost. */
  public static boolean knowsCall(String name) {
    return Syscalls.index(name) >= 0;
  }

  /** The names of all system calls, sorted. */
  public static List<String> calls() {
    return Syscalls.names();
  }

  /** The machine's own architecture and the listed ones, each once, then nulls. */
  private static Arch[] arches(Seccomp section, Arch machine) {
    List<String> names = section.architectures();
    Arch[] arches = new Arch[names.size() + 1];
    arches[0] = machine;
    int count = 1;
    for (int i = 0; i < names.size(); i++) {
      Arch arch = Arch.of(names.get(i));
      if (!contains(arches, arch)) {
        arches[count++] = arch;
      }
    }
    return arches;
  }

  /** Whether that architecture begins code: x86-64 and x32, with one audit number, share theirs. */
  private static boolean hasCode(Arch[] arches, int which) {
    Arch arch = arches[which];
    for (int i = 0; arch != null && i < which; i++) {
      if (arches[i].audit() == arch.audit()) {
        return false;
      }
    }
    return arch != null;
  }

  private static boolean contains(Arch[] arches, Arch arch) {
    for (Arch other : arches) {
      if (other == arch) {
        return true;
      }
    }
    return false;
  }

  private static Ranges ranges(RuleSet rules, Arch[] arches, int which) {
    Ranges ranges = new Ranges();
    Arch arch = arches[which];
    if (arch == Arch.X86_64 || arch == Arch.X32) {
      x86(rules, ranges, contains(arches, Arch.X86_64), contains(arches, Arch.X32));
    } else {
      new ArchRules(rules, arch).addTo(ranges, 0);
    }
    return ranges;
  }

  /**
   * x86-64 and x32 have the same audit number; bit 30 of the call number tells them apart. Where
   * one is not listed, its calls are killed. The number -1, with which a tracer skips a call, is
   * not.
   */
  private static void x86(RuleSet rules, Ranges ranges, boolean x8664, boolean x32) {
    long kill = Ranges.returning(Bpf.KILL_THREAD);
    if (x8664) {
      new ArchRules(rules, Arch.X86_64).addTo(ranges, 0);
    } else {
      ranges.from(0, kill);
    }
    if (x32) {
      new ArchRules(rules, Arch.X32).addTo(ranges, Arch.X32_BIT);
    } else {
      ranges.from(Arch.X32_BIT, kill);
      ranges.from(-1, Ranges.returning(rules.defaultAction()));
    }
  }

  private static int flags(List<String> names, boolean notifies) {
    int flags = notifies ? SeccompCalls.NEW_LISTENER : 0;
    if (names.isEmpty()) {
      // runc's default: without it every container would run with the store bypass mitigation,
      // which costs much. Linux 4.17.
      flags |= SeccompCalls.SPEC_ALLOW;
    }
    for (int i = 0; i < names.size(); i++) {
      flags |=
          switch (names.get(i)) {
            // The process that loads the filter has one thread, so there is nothing to
            // synchronise; the kernel refuses the flag together with a listener.
            case "SECCOMP_FILTER_FLAG_TSYNC" -> 0;
            case "SECCOMP_FILTER_FLAG_LOG" -> SeccompCalls.LOG;
            case "SECCOMP_FILTER_FLAG_SPEC_ALLOW" -> SeccompCalls.SPEC_ALLOW;
            // It says how a listener waits (Linux 5.19); without one the kernel refuses it.
            case "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" ->
                notifies ? SeccompCalls.WAIT_KILLABLE_RECV : 0;
            default ->
                throw new SeccompException(
                    "seccomp flag " + names.get(i) + " is not known to proa");
          };
    }
    return flags;
  }
}
