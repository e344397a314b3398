package dev.proa.spec;

import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.Namespace;
import java.util.Set;

/**
 * Which kernel parameters a container may set: those of a namespace it has, as sysctl(8) names them
 * with dots or slashes. The others would be set for the host.
 */
final class SysctlRules {
  private static final Set<String> IPC =
      Set.of(
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced");

  private SysctlRules() {}

  /** Why the parameter is refused, in runc's words; null if it is not. */
  static String refuse(Linux linux, String written) {
    String name = dotted(written);
    String quoted = "sysctl " + Findings.quoted(name);
    if (IPC.contains(name) || name.startsWith("fs.mqueue.")) {
      return LinuxRules.has(linux, Namespace.Type.IPC)
          ? null
          : quoted + " is not allowed in the hosts ipc namespace";
    }
    if (name.startsWith("net.")) {
      return LinuxRules.has(linux, Namespace.Type.NETWORK)
          ? null
          : quoted + " not allowed in host network namespace";
    }
    if (LinuxRules.has(linux, Namespace.Type.UTS)) {
      if (name.equals("kernel.domainname")) {
        return null;
      }
      if (name.equals("kernel.hostname")) {
        return quoted + " is not allowed as it conflicts with the OCI \"hostname\" field";
      }
    }
    return quoted + " is not in a separate kernel namespace";
  }

  /**
   * The name with dots between its parts. The first separator tells which of the two was meant: in
   * {@code net/ipv4/conf/eno2.100/x} the dot belongs to a part and becomes a slash.
   */
  static String dotted(String name) {
    int dot = name.indexOf('.');
    int slash = name.indexOf('/');
    if (slash < 0 || (dot >= 0 && dot < slash)) {
      return name;
    }
    StringBuilder text = new StringBuilder(name);
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '/') {
        text.setCharAt(i, '.');
      } else if (text.charAt(i) == '.') {
        text.setCharAt(i, '/');
      }
    }
    return text.toString();
  }
}
