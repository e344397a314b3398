package dev.proa.audit;

import dev.proa.kernel.Paths;
import dev.proa.spec.Hook;
import dev.proa.spec.Hooks;
import dev.proa.spec.Process;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.Namespace;
import dev.proa.spec.linux.Seccomp;
import java.util.List;

/** What a config gives a container of its host. */
public final class ConfigAudit {
  private final Spec spec;
  private final Exposures exposures;

  private ConfigAudit(Spec spec, Exposures exposures) {
    this.spec = spec;
    this.exposures = exposures;
  }

  /**
   * All exposures, in no order.
   *
   * @param spec a valid config
   * @param bundle the bundle folder, absolute
   */
  public static List<Exposure> exposures(Spec spec, String bundle) {
    Exposures exposures = new Exposures(has(spec, Namespace.Type.USER));
    ConfigAudit audit = new ConfigAudit(spec, exposures);
    if (spec.process() != null) {
      audit.process(spec.process());
    }
    if ("/".equals(Paths.absolute(bundle, spec.root().path()))) {
      exposures.add(Grade.CRITICAL, "/root/path", "the root file system is the host's");
    } else if (!spec.root().readonly()) {
      exposures.add(Grade.INFO, "/root/readonly", "the root file system can be written to");
    }
    new MountExposures(spec, bundle, exposures).find();
    new LinuxExposures(spec, exposures).find();
    if (spec.hooks() != null) {
      audit.hooks(spec.hooks());
    }
    return exposures.all();
  }

  /** Whether the container gets a namespace of that kind, its own or another's, not the host's. */
  static boolean has(Spec spec, Namespace.Type type) {
    Linux linux = spec.linux();
    if (linux != null) {
      for (Namespace namespace : linux.namespaces()) {
        if (namespace.type() == type) {
          return !isHosts(namespace.path());
        }
      }
    }
    return false;
  }

  /** Whether a namespace's path is by its name that of the host's first process or the runtime. */
  static boolean isHosts(String path) {
    return path != null && (path.startsWith("/proc/1/ns/") || path.startsWith("/proc/self/ns/"));
  }

  private void process(Process process) {
    new CapabilityExposures(spec, exposures).find();
    if (process.user() == null || process.user().uid() == 0) {
      exposures.addForRoot(Grade.LOW, "/process/user/uid", "runs as root");
    }
    if (!process.noNewPrivileges()) {
      exposures.add(
          Grade.LOW,
          "/process/noNewPrivileges",
          "set-user-ID programs of the image give their privileges: no_new_privs is not set");
    }
    Seccomp seccomp = spec.linux() == null ? null : spec.linux().seccomp();
    if (seccomp == null) {
      exposures.add(
          Grade.MEDIUM, "/linux/seccomp", "every system call can be made: there is no filter");
    } else if (seccomp.defaultAction() == Seccomp.Action.SCMP_ACT_ALLOW) {
      exposures.add(
          seccomp.syscalls().isEmpty() ? Grade.MEDIUM : Grade.LOW,
          "/linux/seccomp/defaultAction",
          "the filter allows what it does not name, and so all system calls that are still to come");
    }
    String profile = process.apparmorProfile();
    if ("unconfined".equals(profile) || (isNone(profile) && isNone(process.selinuxLabel()))) {
      exposures.add(
          Grade.LOW, "/process/apparmorProfile", "neither AppArmor nor SELinux confines it");
    }
    if (process.oomScoreAdj() != null && process.oomScoreAdj() < 0) {
      exposures.add(
          Grade.LOW,
          "/process/oomScoreAdj",
          "processes of the host are killed before it when memory runs out");
    }
  }

  private static boolean isNone(String text) {
    return text == null || text.isEmpty();
  }

  private void hooks(Hooks hooks) {
    hooks("prestart", hooks.prestart());
    hooks("createRuntime", hooks.createRuntime());
    hooks("createContainer", hooks.createContainer());
    hooks("poststart", hooks.poststart());
    hooks("poststop", hooks.poststop());
  }

  private void hooks(String kind, List<Hook> hooks) {
    for (int i = 0; i < hooks.size(); i++) {
      exposures.add(
          Grade.INFO,
          "/hooks/" + kind + "/" + i + "/path",
          hooks.get(i).path() + " is executed on the host, with the runtime's privileges");
    }
  }
}
