package dev.proa.diagnosis;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.Stat;
import dev.proa.spec.Hook;
import dev.proa.spec.Hooks;
import dev.proa.spec.Spec;
import java.util.List;

/** Holds a config that can be read against its root file system and this host. */
public final class BundleCheck {
  private static final int ANY_EXECUTE = 0111;

  private final Subject subject;
  private final Report report = new Report();

  private BundleCheck(Subject subject) {
    this.subject = subject;
  }

  /**
   * Everything that stands in the way of a container, or seems to.
   *
   * @param spec the config
   * @param bundle the bundle folder, absolute; null leaves out what needs one
   */
  public static List<Finding> findings(Kernel kernel, Spec spec, String bundle) {
    try (Image host = Image.host(kernel)) {
      BundleCheck check =
          new BundleCheck(
              new Subject(kernel, spec, bundle == null ? "/" : bundle, null, host, false));
      return bundle == null ? check.withoutRoot() : check.withRoot();
    }
  }

  /**
   * The same for a further process of a container that runs.
   *
   * @param spec the container's config with that process
   * @param init the container's first process, whose root is the container's
   */
  static List<Finding> ofProcess(Kernel kernel, Spec spec, int init) {
    Report report = new Report();
    try (Image host = Image.host(kernel);
        Image image = Image.open(kernel, "/proc/" + init + "/root", List.of())) {
      Subject subject = new Subject(kernel, spec, "/", image, host, true);
      new ProcessCheck(subject, report).check();
    }
    return report.findings();
  }

  private List<Finding> withRoot() {
    String root = subject.spec().root() == null ? null : subject.spec().root().path();
    if (root == null || root.isEmpty()) {
      return withoutRoot(); // the rules have said so
    }
    Image opened = open(subject.absolute(root));
    if (opened == null) {
      return withoutRoot();
    }
    try (Image image = opened) {
      if (image.isEmpty()) {
        report.warning(
            "/root/path",
            "the root file system is empty",
            "unpack an image into it: docker export $(docker create IMAGE) | tar -C rootfs -x");
      }
      check(
          new Subject(
              subject.kernel(), subject.spec(), subject.bundle(), image, subject.host(), false));
    }
    return report.findings();
  }

  private Image open(String path) {
    try {
      return Image.open(subject.kernel(), path, subject.spec().mounts());
    } catch (KernelException e) {
      report.error(
          "/root/path",
          e.is(Errno.ENOENT)
              ? "nothing is at " + path
              : e.is(Errno.ENOTDIR) ? path + " is no folder" : path + ": " + e.errno(),
          e.is(Errno.ENOENT) ? "unpack an image there, or write where it is" : null);
      return null;
    }
  }

  private List<Finding> withoutRoot() {
    check(subject);
    return report.findings();
  }

  private void check(Subject of) {
    Spec spec = of.spec();
    if (spec.process() != null) {
      new ProcessCheck(of, report).check();
    } else {
      report.warning(
          "/process", "is not there: the container can be created and not started", null);
    }
    new MountCheck(of, report).check();
    if (spec.linux() != null) {
      new LinuxCheck(of, report).check();
      if (spec.linux().seccomp() != null) {
        report.run(new SeccompCheck(of, report)::check);
      }
    }
    if (spec.hooks() != null) {
      hooks(of, spec.hooks());
    }
  }

  private void hooks(Subject of, Hooks hooks) {
    hooks("prestart", hooks.prestart(), of.host(), of);
    hooks("createRuntime", hooks.createRuntime(), of.host(), of);
    hooks("createContainer", hooks.createContainer(), of.host(), of);
    hooks("startContainer", hooks.startContainer(), of.image(), of);
    hooks("poststart", hooks.poststart(), of.host(), of);
    hooks("poststop", hooks.poststop(), of.host(), of);
  }

  private void hooks(String kind, List<Hook> hooks, Image where, Subject of) {
    for (int i = 0; i < hooks.size() && where != null; i++) {
      Hook hook = hooks.get(i);
      String pointer = "/hooks/" + kind + "/" + i;
      if (hook.timeout() != null && hook.timeout() <= 0) {
        report.error(pointer + "/timeout", "must be greater than zero", null);
      }
      if (hook.path().startsWith("/") && where.coveredBy(hook.path()) < 0) {
        report.run(() -> hook(pointer + "/path", hook.path(), where, of));
      }
    }
  }

  private void hook(String pointer, String path, Image where, Subject of) {
    Stat stat = where.stat(path);
    String place = where == of.host() ? " on this host" : " in the root file system";
    if (stat == null) {
      report.error(pointer, "nothing is at " + path + place, null);
    } else if (stat.isDirectory()) {
      report.error(pointer, path + " is a folder", null);
    } else if ((stat.mode() & ANY_EXECUTE) == 0) {
      report.error(pointer, path + " has no execute bit", "chmod +x " + path);
    } else {
      Program.Fault fault = new Program(where, of.host()).fault(path);
      if (fault != null) {
        report.error(pointer, fault.message(), fault.help());
      }
    }
  }
}
