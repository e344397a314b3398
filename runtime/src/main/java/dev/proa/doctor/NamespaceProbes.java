package dev.proa.doctor;

import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.UtsCalls;
import java.util.LinkedHashMap;
import java.util.Map;

/** Namespaces: each is made by a child that ends at once. */
final class NamespaceProbes {
  private static final long NOBODY = 65534;

  private static final Map<String, Long> FLAGS = new LinkedHashMap<>();

  static {
    FLAGS.put("mnt", NamespaceCalls.CLONE_NEWNS);
    FLAGS.put("pid", NamespaceCalls.CLONE_NEWPID);
    FLAGS.put("net", NamespaceCalls.CLONE_NEWNET);
    FLAGS.put("ipc", NamespaceCalls.CLONE_NEWIPC);
    FLAGS.put("uts", NamespaceCalls.CLONE_NEWUTS);
    FLAGS.put("user", NamespaceCalls.CLONE_NEWUSER);
    FLAGS.put("cgroup", NamespaceCalls.CLONE_NEWCGROUP);
    FLAGS.put("time", NamespaceCalls.CLONE_NEWTIME);
  }

  private final Probes probes;

  NamespaceProbes(Probes probes) {
    this.probes = probes;
  }

  void ask() {
    probes.group("namespaces");
    Kernel kernel = probes.kernel();
    boolean root = probes.isRoot();
    for (Map.Entry<String, Long> entry : FLAGS.entrySet()) {
      String name = entry.getKey();
      // An ordinary user makes the others in a user namespace of its own.
      long flags = root ? entry.getValue() : entry.getValue() | NamespaceCalls.CLONE_NEWUSER;
      Errno errno = probes.inChild(() -> new NamespaceCalls(kernel).unshare(flags));
      String limit = probes.text("/proc/sys/user/max_" + name + "_namespaces");
      String most = limit == null ? "" : "at most " + limit;
      if (errno == null) {
        probes.works(name, most);
      } else if ("0".equals(limit)) {
        probes.fails(name, "the limit is 0", "sysctl -w user.max_" + name + "_namespaces=15000");
      } else if (name.equals("time") || name.equals("cgroup") || name.equals("user")) {
        probes.missing(name, errno.toString(), "a kernel with this kind of namespace");
      } else {
        probes.fails(name, errno.toString(), root ? "start proa with CAP_SYS_ADMIN" : null);
      }
    }
    unprivileged(kernel, root);
  }

  /**
   * As nobody, with what a rootless container needs: to be root inside. Where AppArmor restricts it
   * (Ubuntu 24.04) the namespace is made and has no privileges.
   */
  private void unprivileged(Kernel kernel, boolean root) {
    Errno errno =
        probes.inChild(
            () -> {
              if (root) {
                kernel.must(CredentialCalls.setresgid(NOBODY));
                kernel.must(CredentialCalls.setresuid(NOBODY));
              }
              new NamespaceCalls(kernel)
                  .unshare(NamespaceCalls.CLONE_NEWUSER | NamespaceCalls.CLONE_NEWUTS);
              kernel.must(UtsCalls.sethostname("proa-doctor"));
            });
    if (errno == null) {
      probes.works("user, by ordinary users", "rootless containers can be made");
      return;
    }
    String help = null;
    if ("0".equals(probes.text("/proc/sys/kernel/unprivileged_userns_clone"))) {
      help = "sysctl -w kernel.unprivileged_userns_clone=1";
    } else if ("1".equals(probes.text("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"))) {
      help = "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or a profile with userns,";
    } else if ("0".equals(probes.text("/proc/sys/user/max_user_namespaces"))) {
      help = "sysctl -w user.max_user_namespaces=15000";
    }
    probes.missing("user, by ordinary users", errno + ": no rootless containers", help);
  }
}
