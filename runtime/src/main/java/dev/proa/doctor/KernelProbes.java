package dev.proa.doctor;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.SeccompCalls;
import dev.proa.kernel.Sysno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** System calls, seccomp and security modules. */
public final class KernelProbes {
  // linux/seccomp.h
  private static final Map<String, Integer> ACTIONS =
      Map.of(
          "kill_process", 0x80000000,
          "kill_thread", 0,
          "trap", 0x00030000,
          "errno", 0x00050000,
          "notify", 0x7fc00000,
          "trace", 0x7ff00000,
          "log", 0x7ffc0000,
          "allow", 0x7fff0000);

  private final Probes probes;

  KernelProbes(Probes probes) {
    this.probes = probes;
  }

  void ask() {
    probes.group("kernel");
    String release = probes.text("/proc/sys/kernel/osrelease");
    probes.works("Linux", release == null ? "release unknown" : release);
    call("clone3", Sysno.CLONE3, "5.3", true);
    call("openat2", Sysno.OPENAT2, "5.6", false);
    call("fsopen", Sysno.FSOPEN, "5.2", false);
    call("open_tree", Sysno.OPEN_TREE, "5.2", true);
    call("mount_setattr", Sysno.MOUNT_SETATTR, "5.12", false);
    call("pidfd_open", Sysno.PIDFD_OPEN, "5.3", true);
    call("pidfd_getfd", Sysno.PIDFD_GETFD, "5.6", false);
    call("close_range", Sysno.CLOSE_RANGE, "5.9", true);
    seccomp();
    modules();
  }

  /** With arguments that can do nothing: whatever the errno, but ENOSYS, the call is there. */
  private void call(String name, Sysno number, String since, boolean needed) {
    long result =
        probes
            .kernel()
            .call(Call.of(number, Arg.of(-1), Arg.NULL, Arg.of(-1), Arg.NULL, Arg.of(0)));
    if (result == -Errno.ENOSYS.value()) {
      String detail = "not in this kernel (it came with Linux " + since + "), or filtered out";
      String help = "a newer kernel, or a seccomp profile around proa that knows the call";
      if (needed) {
        probes.fails(name, detail, help);
      } else {
        probes.missing(name, detail + "; proa does without, with fewer guarantees", help);
      }
    } else {
      probes.works(name, "since Linux " + since);
    }
  }

  private void seccomp() {
    SeccompCalls calls = new SeccompCalls(probes.kernel());
    List<String> actions = new ArrayList<>();
    List<String> lacking = new ArrayList<>();
    for (String name : ACTIONS.keySet().stream().sorted().toList()) {
      (calls.knowsAction(ACTIONS.get(name)) ? actions : lacking).add(name);
    }
    if (actions.isEmpty()) {
      probes.fails("seccomp", "not in this kernel", "a kernel with CONFIG_SECCOMP_FILTER");
      return;
    }
    probes.works("seccomp actions", String.join(", ", actions));
    if (!lacking.isEmpty()) {
      probes.missing(
          "seccomp actions", "not here: " + String.join(", ", lacking), "a newer kernel");
    }
    probes.works("seccomp flags", String.join(", ", seccompFlags(calls)));
  }

  /**
   * The filter flags that a config may name and this kernel takes; {@code features} says so too.
   */
  public static List<String> seccompFlags(SeccompCalls calls) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, Integer> flag : SeccompCalls.FLAG_NAMES.entrySet()) {
      if (calls.knowsFlags(flag.getValue())) {
        names.add(flag.getKey());
      }
    }
    return names;
  }

  private void modules() {
    String apparmor = probes.text("/sys/module/apparmor/parameters/enabled");
    boolean selinux = probes.text("/sys/fs/selinux/enforce") != null;
    if ("Y".equals(apparmor)) {
      probes.works("AppArmor", "on");
    } else {
      probes.missing("AppArmor", apparmor == null ? "not in this kernel" : "off", null);
    }
    if (selinux) {
      String enforcing = probes.text("/sys/fs/selinux/enforce");
      probes.works("SELinux", "1".equals(enforcing) ? "enforcing" : "permissive");
    } else {
      probes.missing("SELinux", "not in this kernel, or off", null);
    }
  }
}
