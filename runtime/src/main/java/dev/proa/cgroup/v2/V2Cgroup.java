package dev.proa.cgroup.v2;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.CgroupTree;
import dev.proa.cgroup.Controller;
import dev.proa.cgroup.DeviceList;
import dev.proa.cgroup.HugePages;
import dev.proa.cgroup.Layout;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Tolerance;
import dev.proa.cgroup.Undo;
import dev.proa.cgroup.Write;
import dev.proa.cgroup.v1.Pids;
import dev.proa.cgroup.v1.Rdma;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.spec.linux.resources.DeviceRule;
import dev.proa.spec.linux.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A container's cgroup where there is cgroup2 only. */
public final class V2Cgroup implements Cgroup {
  private static final Cpu CPU = new Cpu();
  private static final Memory MEMORY = new Memory();
  private static final Pids PIDS = new Pids();
  private static final Io IO = new Io();
  private static final HugeTlb HUGE_TLB = new HugeTlb();
  private static final Rdma RDMA = new Rdma();

  /** In the order in which limits are set. */
  private static final List<Controller> CONTROLLERS =
      List.of(PIDS, MEMORY, IO, CPU, new CpuSet(), HUGE_TLB, RDMA);

  private final Kernel kernel;
  private final CgroupTree tree;
  private final Freezer freezer;
  private final String path;
  private final String top;
  private final Tolerance tolerance;
  private final List<String> made = new ArrayList<>();
  private boolean without;

  /**
   * At that place.
   *
   * @param top cgroup2's mount point; needed to create only
   */
  public V2Cgroup(Kernel kernel, String path, String top, Tolerance tolerance) {
    this.kernel = kernel;
    this.tree = new CgroupTree(kernel);
    this.freezer = new Freezer(tree);
    this.path = path;
    this.top = top;
    this.tolerance = tolerance;
  }

  @Override
  public Map<String, String> paths() {
    return without ? Map.of() : Map.of(Layout.UNIFIED, path);
  }

  @Override
  public void create(Resources resources) {
    try {
      createPath(resources);
    } catch (CgroupException e) {
      undo();
      if (!tolerance.missing() || !e.isPermission()) {
        throw e;
      }
      if (resources != null && !isEmpty(plan(resources))) {
        throw new CgroupException(
            "rootless needs no limits + no cgrouppath when no permission is granted for cgroups: "
                + e.getMessage());
      }
      without = true;
    }
  }

  /** Makes each directory on the way down, and gives it the machine's controllers. */
  private void createPath(Resources resources) {
    String controllers;
    try (CgroupFiles files = CgroupFiles.open(kernel, top)) {
      controllers = files.mustRead("cgroup.controllers");
    }
    if (path.equals(top)) {
      tree.refuseProcesses(path);
    }
    int end = top.length();
    while (end < path.length()) {
      try (CgroupFiles above = CgroupFiles.open(kernel, path.substring(0, end))) {
        SubtreeControl.enable(above, controllers);
      }
      int next = path.indexOf('/', end + 1);
      end = next < 0 ? path.length() : next;
      String current = path.substring(0, end);
      boolean fresh = tree.make(current, made);
      try (CgroupFiles files = CgroupFiles.open(kernel, current)) {
        checkType(files, resources);
        if (end == path.length() && !fresh && !tolerance.occupied()) {
          refuseUsed(files);
        }
      }
    }
  }

  private void refuseUsed(CgroupFiles files) {
    tree.refuseProcesses(path);
    if (freezer.isFrozen(files)) {
      throw new CgroupException("container's cgroup unexpectedly frozen");
    }
  }

  /**
   * Below a cgroup with processes of its own, a cgroup is "domain invalid": it can be used with
   * controllers that work by thread only, after it has been made threaded.
   */
  private static void checkType(CgroupFiles files, Resources resources) {
    String type = files.read("cgroup.type");
    if (type == null || type.equals("domain")) {
      return;
    }
    boolean invalid = type.equals("domain invalid");
    if (needsDomain(resources)) {
      throw new CgroupException(
          "cannot enter cgroupv2 \""
              + files.path()
              + "\" with domain controllers -- it is in "
              + (invalid ? "an invalid state" : type + " mode"));
    }
    if (invalid) {
      files.write("cgroup.type", "threaded");
    }
  }

  private static boolean needsDomain(Resources resources) {
    if (resources == null) {
      return false;
    }
    List<Write> writes = new ArrayList<>();
    MEMORY.translate(resources, writes);
    IO.translate(resources, writes);
    CPU.translate(resources, writes);
    HUGE_TLB.translate(resources, writes);
    return !writes.isEmpty();
  }

  @Override
  public void undo() {
    tree.unmake(made);
  }

  @Override
  public void set(Resources resources, List<DeviceRule> devices) {
    if (without) {
      return;
    }
    if (!devices.isEmpty() && !tolerance.devices()) {
      new Devices(kernel).set(path, DeviceList.of(devices, Devices.SECTION));
    }
    apply(resources, null);
  }

  @Override
  public Undo update(Resources resources) {
    Undo undo = new Undo();
    try {
      apply(resources, undo);
    } catch (CgroupException e) {
      throw undo.restore(kernel, e);
    }
    return undo;
  }

  @Override
  public void updateDevices(List<DeviceRule> devices) {
    set(null, devices);
  }

  /** Sets the limits; {@code undo} is that of an update and learns what was there before. */
  private void apply(Resources resources, Undo undo) {
    if (resources == null || without) {
      return;
    }
    // All of it is translated before the first write: a wrong value changes nothing.
    List<List<Write>> plan = plan(resources);
    List<Write> unified = Unified.translate(resources);
    if (isEmpty(plan) && unified.isEmpty()) {
      return;
    }
    try (CgroupFiles files = CgroupFiles.open(kernel, path)) {
      if (undo != null) {
        plan = plan(Cpu.completed(resources, files));
        for (List<Write> writes : plan) {
          undo.remember(files, writes);
        }
        undo.remember(files, unified);
      }
      Memory.check(resources, files);
      for (int i = 0; i < plan.size(); i++) {
        if (!plan.get(i).isEmpty()) {
          write(files, CONTROLLERS.get(i), plan.get(i));
        }
      }
      Unified.set(files, unified);
    }
  }

  /** All writes for these limits, in the order in which {@link #set} makes them. */
  public static List<Write> translate(Resources resources) {
    List<Write> writes = new ArrayList<>();
    for (List<Write> each : plan(resources)) {
      writes.addAll(each);
    }
    writes.addAll(Unified.translate(resources));
    return writes;
  }

  /** The writes of each controller. */
  private static List<List<Write>> plan(Resources resources) {
    VersionOneOnly.refuse(resources);
    List<List<Write>> plan = new ArrayList<>(CONTROLLERS.size());
    for (Controller controller : CONTROLLERS) {
      List<Write> writes = new ArrayList<>();
      controller.translate(resources, writes);
      plan.add(writes);
    }
    return plan;
  }

  private static boolean isEmpty(List<List<Write>> plan) {
    for (List<Write> writes : plan) {
      if (!writes.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static void write(CgroupFiles files, Controller controller, List<Write> writes) {
    try {
      files.write(writes);
    } catch (CgroupException e) {
      if (e.is(Errno.ENOENT) && !SubtreeControl.has(files, controller.name())) {
        throw CgroupException.unavailable(writes.getFirst().section(), controller.name());
      }
      throw e;
    }
  }

  @Override
  public void delegate(int uid) {
    if (!without) {
      try (CgroupFiles files = CgroupFiles.open(kernel, path)) {
        new Delegation(kernel).to(files, uid);
      }
    }
  }

  @Override
  public boolean joinsFromOutside() {
    return false;
  }

  @Override
  public void join(int pid) {
    if (!without) {
      tree.join(path, pid);
    }
  }

  @Override
  public Fd openForClone() {
    if (without) {
      return null;
    }
    return new FileCalls(kernel).open(path, FileCalls.O_PATH | FileCalls.O_DIRECTORY);
  }

  /** The clone is there already. */
  @Override
  public void joinFromClone() {}

  @Override
  public void freeze() {
    try (CgroupFiles files = CgroupFiles.open(kernel, path)) {
      freezer.freeze(files);
    }
  }

  @Override
  public void thaw() {
    try (CgroupFiles files = CgroupFiles.open(kernel, path)) {
      freezer.thaw(files);
    }
  }

  @Override
  public boolean isFrozen() {
    try (CgroupFiles files = CgroupFiles.openIfPresent(kernel, path)) {
      return files != null && freezer.isFrozen(files);
    }
  }

  @Override
  public List<Integer> processes() {
    return without ? List.of() : tree.processes(path);
  }

  @Override
  public void kill() {
    try (CgroupFiles files = CgroupFiles.openIfPresent(kernel, path)) {
      if (files == null || without) {
        return;
      }
      // Linux 5.14; it also reaches processes that are frozen.
      if (files.has("cgroup.kill")) {
        files.write("cgroup.kill", "1");
        return;
      }
      boolean frozen = false;
      try {
        freezer.freeze(files);
        frozen = true;
      } catch (CgroupException e) {
        // Without a freezer, or with one that does not get there: round after round instead.
      }
      try {
        tree.kill(path, frozen);
      } finally {
        freezer.thaw(files);
      }
    }
  }

  @Override
  public boolean exists() {
    try (CgroupFiles files = CgroupFiles.openIfPresent(kernel, path)) {
      return files != null && !without;
    }
  }

  @Override
  public void delete() {
    if (!without) {
      tree.remove(path);
    }
  }

  @Override
  public void removeUnused() {
    tree.removeUnused(path);
  }

  @Override
  public Stats stats() {
    try (CgroupFiles files = CgroupFiles.open(kernel, path)) {
      return new Stats(
          CPU.stats(files),
          null,
          MEMORY.stats(files),
          files.has("pids.current") ? PIDS.stats(files) : new Stats.Pids(processes().size(), 0),
          IO.stats(files),
          HUGE_TLB.stats(files, HugePages.sizes(kernel)),
          RDMA.stats(files));
    }
  }
}
