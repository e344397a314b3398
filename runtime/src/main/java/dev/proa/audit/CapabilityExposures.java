package dev.proa.audit;

import dev.proa.spec.Capabilities;
import dev.proa.spec.Spec;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Capabilities that reach beyond the container: capabilities(7). */
final class CapabilityExposures {
  private final Spec spec;
  private final Exposures exposures;

  CapabilityExposures(Spec spec, Exposures exposures) {
    this.spec = spec;
    this.exposures = exposures;
  }

  void find() {
    Capabilities sets = spec.process().capabilities();
    if (sets == null) {
      return;
    }
    Set<String> seen = new TreeSet<>();
    find("bounding", sets.bounding(), seen);
    find("permitted", sets.permitted(), seen);
    find("effective", sets.effective(), seen);
    find("ambient", sets.ambient(), seen);
  }

  /** The bounding set too: programs with file capabilities and root's execve(2) take it. */
  private void find(String set, List<String> names, Set<String> seen) {
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String reach = reach(name);
      if (reach != null && seen.add(name)) {
        String pointer = "/process/capabilities/" + set + "/" + i;
        exposures.addForRoot(grade(name), pointer, name + ": " + reach);
      }
    }
  }

  /** How far the capability reaches; those of engines' default sets do not reach out. */
  static Grade grade(String name) {
    return switch (name) {
      case "CAP_SYS_ADMIN",
          "CAP_SYS_MODULE",
          "CAP_SYS_RAWIO",
          "CAP_DAC_READ_SEARCH",
          "CAP_MAC_ADMIN",
          "CAP_MAC_OVERRIDE" ->
          Grade.CRITICAL;
      case "CAP_SYS_PTRACE", "CAP_BPF", "CAP_SYS_BOOT", "CAP_SYS_TIME" -> Grade.HIGH;
      case "CAP_NET_ADMIN",
          "CAP_PERFMON",
          "CAP_SYSLOG",
          "CAP_CHECKPOINT_RESTORE",
          "CAP_AUDIT_CONTROL",
          "CAP_SYS_RESOURCE" ->
          Grade.MEDIUM;
      default -> Grade.LOW;
    };
  }

  private static String reach(String name) {
    return switch (name) {
      case "CAP_SYS_ADMIN" -> "mount(2), setns(2) and much more: as good as root of the host";
      case "CAP_SYS_MODULE" -> "loads code into the kernel";
      case "CAP_SYS_RAWIO" -> "reads and writes memory and ports of the machine";
      case "CAP_DAC_READ_SEARCH" ->
          "open_by_handle_at(2) opens files of the host outside the root file system";
      case "CAP_MAC_ADMIN", "CAP_MAC_OVERRIDE" -> "changes or ignores the security module's rules";
      case "CAP_SYS_PTRACE" -> "takes over every process that it can see";
      case "CAP_BPF" -> "loads programs that run in the kernel";
      case "CAP_SYS_BOOT" -> "restarts the machine, or loads another kernel";
      case "CAP_SYS_TIME" -> "sets the host's clock";
      case "CAP_NET_ADMIN" -> "changes the network namespace's interfaces, routes and firewall";
      case "CAP_PERFMON" -> "watches the kernel and other processes";
      case "CAP_SYSLOG" -> "reads the kernel's log and addresses";
      case "CAP_CHECKPOINT_RESTORE" -> "chooses pids, and reads other processes' memory maps";
      case "CAP_AUDIT_CONTROL" -> "switches the host's audit off";
      case "CAP_SYS_RESOURCE" -> "goes beyond limits and quotas";
      case "CAP_NET_RAW" -> "forges packets, such as ARP answers, on the networks it is in";
      case "CAP_SYS_NICE" -> "takes the processors from others";
      case "CAP_IPC_LOCK" -> "locks memory beyond its limit";
      case "CAP_AUDIT_READ" -> "reads the host's audit log";
      case "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND" -> "decides when the machine sleeps";
      case "CAP_SYS_PACCT", "CAP_SYS_TTY_CONFIG", "CAP_LEASE", "CAP_LINUX_IMMUTABLE" ->
          "disturbs the host";
      default -> null;
    };
  }
}
