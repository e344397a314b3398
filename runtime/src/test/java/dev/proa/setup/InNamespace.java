package dev.proa.setup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.Sysno;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the file system of a config in the mount namespace that it is started in, and prints what a
 * process in it would see of its mounts.
 *
 * <p>Arguments: the config's file, the root file system, and calls that the kernel shall not know.
 */
public final class InNamespace {
  private InNamespace() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    LinuxKernel linux = new LinuxKernel();
    List<Sysno> missing = new ArrayList<>();
    for (int i = 2; i < args.length; i++) {
      missing.add(Sysno.valueOf(args[i]));
    }
    Kernel kernel =
        call -> missing.contains(call.number()) ? -Errno.ENOSYS.value() : linux.call(call);
    byte[] text = Files.readAllBytes(Path.of(args[0]));
    Spec spec = Spec.read(JsonDocument.parse(args[0], text));
    Inside inside = new Inside(kernel, new Rootfs(kernel), new ProcFs(kernel));
    FileCalls files = new FileCalls(linux);
    loadAllClasses();
    for (Step step : steps(spec, args[1])) {
      try {
        step.apply(inside);
      } catch (RuntimeException e) {
        System.out.println("failed: " + step.section() + ": " + e.getMessage());
        return;
      }
    }
    // Classes cannot be loaded from here on: their files are out of reach.
    System.out.println(new String(files.readFile(Fd.CWD, "/proc/self/mountinfo"), UTF_8));
    System.out.flush();
  }

  private static void loadAllClasses() throws Exception {
    Path setup = Path.of(Step.class.getResource("Step.class").toURI()).getParent();
    for (Path folder : List.of(setup, setup.resolveSibling("kernel"))) {
      for (String file : folder.toFile().list()) {
        String name = "dev.proa." + folder.getFileName() + "." + file.replace(".class", "");
        Class.forName(name);
      }
    }
  }

  private static List<Step> steps(Spec spec, String rootfs) {
    var linux = spec.linux();
    List<Step> steps = new ArrayList<>();
    steps.add(RootfsPropagation.plan(linux.rootfsPropagation()));
    steps.add(Root.plan(rootfs, true, linux.rootfsPropagation()));
    CgroupView cgroups =
        new CgroupView(
            false,
            null,
            List.of(
                new CgroupView.Hierarchy("cpu", "cpu", "/sys/fs/cgroup/cpu"),
                new CgroupView.Hierarchy("systemd", "name=systemd", "/sys/fs/cgroup/systemd")),
            linux.cgroupsPath() != null);
    Mounts mounts = Mounts.plan(spec.mounts(), "/", cgroups, linux, null);
    steps.addAll(mounts.steps());
    steps.addAll(Devices.plan(linux.devices(), !linux.uidMappings().isEmpty()));
    steps.add(PivotRoot.plan(true, false));
    steps.addAll(mounts.afterwards());
    steps.add(ReadonlyRoot.plan());
    steps.add(RootfsPropagation.finish(linux.rootfsPropagation()));
    steps.add(Sysctl.plan(linux.sysctl()));
    steps.add(ReadonlyPaths.plan(linux.readonlyPaths()));
    steps.add(MaskedPaths.plan(linux.maskedPaths(), null));
    steps.removeIf(step -> step == null);
    return steps;
  }
}
