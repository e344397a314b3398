package dev.proa.diagnosis;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.Stat;
import dev.proa.setup.MountOptions;
import dev.proa.setup.Mounts;
import dev.proa.setup.SetupException;
import dev.proa.spec.Choice;
import dev.proa.spec.Mount;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The section {@code mounts}. Whether a file system takes an option is asked of the kernel: a
 * configuration is opened (fsopen(2)), told the options and closed again, and nothing is mounted.
 */
final class MountCheck {
  private final Subject subject;
  private final Report report;
  private final FileCalls files;

  MountCheck(Subject subject, Report report) {
    this.subject = subject;
    this.report = report;
    this.files = new FileCalls(subject.kernel());
  }

  void check() {
    List<Mount> mounts = subject.spec().mounts();
    for (int i = 0; i < mounts.size(); i++) {
      Mount mount = mounts.get(i);
      String pointer = "/mounts/" + i;
      if (!mount.destination().startsWith("/")) {
        report.warning(
            pointer + "/destination",
            "is taken from the root: /" + mount.destination(),
            "write it with a leading slash: the specification wants it absolute");
      }
      covered(mounts, i);
      if (refused(pointer, mount)) {
        continue;
      }
      report.run(
          () -> {
            if (Mounts.isBind(mount)) {
              bind(pointer, mount);
            } else {
              fileSystem(pointer, mount);
            }
          });
    }
  }

  private void covered(List<Mount> mounts, int index) {
    String at = clean(mounts.get(index).destination());
    for (int i = index + 1; i < mounts.size(); i++) {
      String later = clean(mounts.get(i).destination());
      boolean remount = mounts.get(i).options().contains("remount");
      if (!remount && (at.equals(later) || at.startsWith(later + "/"))) {
        report.warning(
            "/mounts/" + index + "/destination",
            "mounts[" + i + "] on " + mounts.get(i).destination() + " is made later and covers it",
            "put the mount on " + mounts.get(i).destination() + " first");
        return;
      }
    }
  }

  private static String clean(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** What the plan refuses whatever the host is like. */
  private boolean refused(String pointer, Mount mount) {
    if ("cgroup".equals(mount.type())) {
      return true; // what it shows depends on where the container's cgroup is: nothing to check
    }
    try {
      Mounts.plan(List.of(mount), subject.bundle(), null, subject.linux(), null);
      return false;
    } catch (SetupException e) {
      report.error(pointer, e.getMessage().substring("mounts[0]: ".length()), null);
      return true;
    }
  }

  private void bind(String pointer, Mount mount) {
    String source = subject.absolute(mount.source());
    Stat from = files.stat(Fd.CWD, source);
    if (from == null) {
      report.error(
          pointer + "/source", "nothing is at " + source + " on this host", similar(source));
      return;
    }
    unusedOptions(pointer, mount);
    Stat to =
        subject.image() == null
                || subject.image().coveredBy(mount.destination(), indexOf(pointer)) >= 0
            ? null
            : subject.image().stat(mount.destination());
    if (to != null && from.isDirectory() != to.isDirectory()) {
      report.error(
          pointer + "/destination",
          (from.isDirectory()
                  ? "a folder cannot go on the file "
                  : "a file cannot go on the folder ")
              + mount.destination(),
          "give both the same kind");
    }
  }

  private static int indexOf(String pointer) {
    return Integer.parseInt(pointer.substring(pointer.lastIndexOf('/') + 1));
  }

  /** The name beside it that was probably meant, or what is missing of the way. */
  private String similar(String path) {
    String parent = path.substring(0, Math.max(path.lastIndexOf('/'), 1));
    if (files.stat(Fd.CWD, parent) == null) {
      return "not even its folder " + parent + " is there";
    }
    String meant =
        Choice.nearest(path.substring(path.lastIndexOf('/') + 1), files.list(Fd.CWD, parent));
    return meant == null
        ? "make it, or take the mount out"
        : "did you mean " + (parent.equals("/") ? "" : parent) + "/" + meant + "?";
  }

  /** A bind mount has no file system's options: the kernel drops them without a word. */
  private void unusedOptions(String pointer, Mount mount) {
    List<String> known = MountOptions.known();
    for (int i = 0; i < mount.options().size(); i++) {
      String option = mount.options().get(i);
      if (!option.isEmpty() && !known.contains(option)) {
        String meant = Choice.nearest(option, known);
        report.warning(
            pointer + "/options/" + i,
            '"' + option + "\" means nothing for a bind mount, and it is ignored",
            meant == null ? null : "did you mean \"" + meant + "\"?");
      }
    }
  }

  private void fileSystem(String pointer, Mount mount) {
    String type = mount.type() == null ? "none" : mount.type();
    MountCalls mounts = new MountCalls(subject.kernel());
    Fd context;
    try {
      context = mounts.fsopen(type);
    } catch (KernelException e) {
      if (e.is(Errno.ENODEV)) {
        unknownType(pointer, mount, type);
      }
      return; // else not for this user to ask, or a kernel before 5.2
    }
    try (Fd open = context) {
      List<String> known = MountOptions.known();
      for (int i = 0; i < mount.options().size(); i++) {
        String option = mount.options().get(i);
        if (!option.isEmpty() && !known.contains(option) && option.length() < 256) {
          option(pointer + "/options/" + i, mounts, open, type, option);
        }
      }
    }
  }

  private void unknownType(String pointer, Mount mount, String type) {
    boolean folder = mount.source() != null && mount.source().startsWith("/");
    List<String> types = new ArrayList<>();
    for (String line : files.readText("/proc/filesystems").lines().toList()) {
      types.add(line.substring(line.indexOf('\t') + 1));
    }
    String meant = Choice.nearest(type, types);
    report.error(
        pointer + (mount.type() == null ? "" : "/type"),
        "this kernel has no file system \"" + type + '"',
        meant != null
            ? "did you mean \"" + meant + "\"?"
            : folder ? "to show a folder of the host, add the option \"rbind\"" : null);
  }

  private void option(String pointer, MountCalls mounts, Fd context, String type, String option) {
    for (String single : option.split(",")) {
      int equals = single.indexOf('=');
      try {
        if (equals < 0) {
          mounts.fsconfigFlag(context, single);
        } else {
          mounts.fsconfigString(context, single.substring(0, equals), single.substring(equals + 1));
        }
      } catch (KernelException e) {
        if (e.is(Errno.EINVAL)) {
          String meant = Choice.nearest(single, MountOptions.known());
          String says = log(context);
          report.error(
              pointer,
              type + " does not take \"" + single + '"' + (says == null ? "" : ": " + says),
              meant == null ? null : "did you mean \"" + meant + "\"?");
        }
        return; // EPERM: not for this user to say
      }
    }
  }

  /** The kernel's own words: read(2) of a configuration gives {@code e tmpfs: Bad value …}. */
  private String log(Fd context) {
    byte[] buffer = new byte[1024];
    try {
      String line =
          new String(buffer, 0, files.read(context, buffer), StandardCharsets.UTF_8).strip();
      return line.startsWith("e ") ? line.substring(2) : line;
    } catch (KernelException e) {
      return null; // ENODATA: it has said nothing
    }
  }
}
