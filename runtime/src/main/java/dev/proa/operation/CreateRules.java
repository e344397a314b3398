package dev.proa.operation;

import dev.proa.cgroup.CgroupDriver;
import dev.proa.kernel.Kernel;
import dev.proa.setup.Landlock;
import dev.proa.setup.SetupException;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompRule;

/** What a request to create a container, and its bundle, must hold to beyond the spec's schema. */
final class CreateRules {
  private CreateRules() {}

  /**
   * Checks both; asks the kernel only what it can do, and touches nothing.
   *
   * @throws OperationException if the request is wrong
   * @throws dev.proa.spec.InvalidSpecException if the config is, with the place
   */
  static void check(Kernel kernel, Settings settings, CreateRequest request, Bundle bundle) {
    Spec spec = bundle.spec();
    if (spec.root() == null) {
      throw bundle.document().invalid("", "root: required but missing");
    }
    Seccomp seccomp = spec.linux() == null ? null : spec.linux().seccomp();
    if (seccomp != null && notifies(seccomp) && seccomp.listenerPath() == null) {
      throw bundle
          .document()
          .invalid(
              "/linux/seccomp", "seccomp listenerPath is not set, but SCMP_ACT_NOTIFY is used");
    }
    landlock(kernel, bundle);
    if (settings.cgroups() == CgroupDriver.SYSTEMD) {
      CgroupOf.checkUnit(bundle, request.id());
    }
    boolean terminal = spec.process() != null && spec.process().terminal();
    if (request.detach() && terminal && request.consoleSocket() == null) {
      throw new OperationException(
          "cannot allocate tty if runc will detach without setting console socket");
    }
    if (request.consoleSocket() != null && !(request.detach() && terminal)) {
      throw new OperationException(
          "cannot use console socket if runc will not detach or allocate tty");
    }
  }

  private static void landlock(Kernel kernel, Bundle bundle) {
    try {
      Landlock landlock = Landlock.plan(bundle.spec().annotations());
      if (landlock != null) {
        landlock.check(kernel);
      }
    } catch (SetupException e) {
      throw bundle.document().invalid("/annotations/" + Landlock.ANNOTATION, e.getMessage());
    }
  }

  private static boolean notifies(Seccomp seccomp) {
    boolean found = seccomp.defaultAction() == Seccomp.Action.SCMP_ACT_NOTIFY;
    for (SeccompRule rule : seccomp.syscalls()) {
      found |= rule.action() == Seccomp.Action.SCMP_ACT_NOTIFY;
    }
    return found;
  }
}
