package dev.proa.cgroup.systemd;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.Cgroups;
import dev.proa.cgroup.CgroupsPath;
import dev.proa.cgroup.Layout;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Tolerance;
import dev.proa.cgroup.Undo;
import dev.proa.cgroup.Write;
import dev.proa.cgroup.v1.V1Cgroup;
import dev.proa.cgroup.v2.V2Cgroup;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.spec.linux.resources.DeviceRule;
import dev.proa.spec.linux.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A container's cgroup as a transient unit of systemd: a scope, or a slice where the config wants
 * one. The unit's directories are cgroups like any other, and what is done with their files is done
 * by the cgroup that this one wraps.
 */
public final class SystemdCgroup implements Cgroup {
  private static final String DEVICES = "linux.resources.devices";

  private final Kernel kernel;
  private final Cgroup files;
  private final boolean unified;
  private final boolean devicesAlone;
  private final String unit;

  // Of a new container's cgroup only.
  private final UnitName name;
  private final int version;
  private final List<Property> annotations;

  private boolean started;
  private Integer owner;
  private Resources resources;
  private List<DeviceRule> devices = List.of();
  private List<Property> limits = List.of();

  private SystemdCgroup(
      Kernel kernel,
      Cgroup files,
      Tolerance tolerance,
      String unit,
      UnitName name,
      int version,
      List<Property> annotations) {
    this.kernel = kernel;
    this.files = files;
    this.unified = files.paths().size() == 1 && files.paths().containsKey(Layout.UNIFIED);
    this.devicesAlone = tolerance.devices();
    this.unit = unit;
    this.name = name;
    this.version = version;
    this.annotations = annotations;
    this.started = name == null;
  }

  /**
   * The cgroup of a new container. systemd is asked where its cgroups are; nothing is made.
   *
   * @param path the config's {@code cgroupsPath}, or null
   * @param annotations the config's
   * @throws CgroupException also where systemd does not run
   */
  public static Cgroup plan(
      Kernel kernel, Layout layout, String path, String id, Map<String, String> annotations) {
    Session.refuseWithout(kernel);
    Session session = Session.detect(kernel);
    if (session.user() && !layout.isUnified()) {
      throw new CgroupException(
          "a user's systemd makes cgroups for containers with cgroup v2 only");
    }
    UnitName name = UnitName.of(path, id, session.user());
    List<Property> extra = Annotations.of(annotations);
    String top;
    int version;
    try (Systemd systemd = Systemd.connect(kernel, session)) {
      // A user's units are below user@UID.service, the machine's at the root.
      top = systemd.property("ControlGroup");
      version = Systemd.version(systemd.property("Version"));
    }
    Tolerance tolerance = new Tolerance(false, session.user(), true);
    CgroupsPath place = CgroupsPath.of(top + name.path(), id);
    Cgroup files = Cgroups.plan(kernel, layout, place, tolerance);
    return new SystemdCgroup(kernel, files, tolerance, name.unit(), name, version, extra);
  }

  /**
   * The cgroup of a container that is there, by the paths that state remembers.
   *
   * @param paths what {@link #paths} told
   */
  public static Cgroup of(Kernel kernel, Map<String, String> paths, Tolerance tolerance) {
    String path = paths.values().iterator().next();
    return new SystemdCgroup(
        kernel,
        Cgroups.of(kernel, paths, tolerance),
        tolerance,
        path.substring(path.lastIndexOf('/') + 1),
        null,
        0,
        List.of());
  }

  private Systemd connect() {
    return Systemd.connect(kernel, Session.detect(kernel));
  }

  @Override
  public Map<String, String> paths() {
    return files.paths();
  }

  /** Only looks whether the unit's place is free: systemd makes a scope around a process. */
  @Override
  public void create(Resources resources) {
    int count = files.processes().size();
    if (count != 0) {
      throw new CgroupException("container's cgroup is not empty: " + count + " process(es) found");
    }
  }

  @Override
  public void undo() {
    if (started) {
      files.undo();
    }
  }

  /** Translates; the unit gets the limits when it is started. */
  @Override
  public void set(Resources resources, List<DeviceRule> devices) {
    this.resources = resources;
    this.devices = devices;
    limits = new ArrayList<>();
    if (!devicesAlone) {
      limits.addAll(DeviceProperties.of(devices, DEVICES, version));
    }
    limits.addAll(properties(resources, version));
  }

  private List<Property> properties(Resources resources, int systemdVersion) {
    if (resources == null) {
      return List.of();
    }
    List<Write> writes = unified ? V2Cgroup.translate(resources) : V1Cgroup.translate(resources);
    return UnitProperties.of(writes, systemdVersion);
  }

  @Override
  public boolean joinsFromOutside() {
    return !started;
  }

  /**
   * Starts the unit with the container's first process. A later process goes into the files, or,
   * where a user may not move it out of where it is, systemd moves it.
   */
  @Override
  public void join(int pid) {
    if (!started) {
      try (Systemd systemd = connect()) {
        systemd.start(unit, properties(pid));
      }
      started = true;
      // Around what systemd made: the hierarchies and controllers that it does not use.
      files.create(resources);
      if (!unified || name.isSlice()) {
        files.join(pid);
      }
      files.set(resources, devices);
      if (owner != null) {
        files.delegate(owner);
      }
      return;
    }
    try {
      files.join(pid);
    } catch (CgroupException e) {
      if (!e.isPermission() || pid == 0) {
        throw e;
      }
      try (Systemd systemd = connect()) {
        systemd.attach(unit, pid);
      }
    }
  }

  /** All properties of the new unit. */
  private List<Property> properties(int pid) {
    List<Property> all = new ArrayList<>();
    all.add(Property.of("Description", "OCI container " + name.name()));
    if (name.isSlice()) {
      all.add(new Property("Wants", Variant.of("as", List.of(name.slice()))));
    } else {
      all.add(Property.of("Slice", name.slice()));
      all.add(Property.of("Delegate", true));
      all.add(new Property("PIDs", Variant.of("au", List.of((long) pid))));
    }
    all.add(Property.of("MemoryAccounting", true));
    all.add(Property.of("CPUAccounting", true));
    all.add(Property.of(unified ? "IOAccounting" : "BlockIOAccounting", true));
    all.add(Property.of("TasksAccounting", true));
    all.add(Property.of("DefaultDependencies", false));
    all.addAll(annotations);
    all.addAll(limits);
    return all;
  }

  @Override
  public Undo update(Resources resources) {
    // First the files, where the kernel refuses what does not fit: it must not stay in the unit.
    // And again afterwards, since systemd writes its own idea of the values.
    Undo undo = files.update(resources);
    try {
      if (setUnit(present -> properties(resources, present))) {
        files.update(resources);
      }
    } catch (CgroupException e) {
      throw undo.restore(kernel, e);
    }
    return undo;
  }

  /**
   * Sets properties of the unit.
   *
   * @param properties what they are with that version of systemd
   * @return whether there were any
   */
  private boolean setUnit(IntFunction<List<Property>> properties) {
    try (Systemd systemd = connect()) {
      int present = Systemd.version(systemd.property("Version"));
      List<Property> all = properties.apply(present);
      if (!all.isEmpty()) {
        systemd.set(unit, all);
      }
      return !all.isEmpty();
    }
  }

  /** First the unit, which systemd would set again by its old rules; then the files, exactly. */
  @Override
  public void updateDevices(List<DeviceRule> devices) {
    if (!devicesAlone) {
      setUnit(present -> DeviceProperties.of(devices, DEVICES, present));
    }
    files.updateDevices(devices);
  }

  /** The unit is given away as soon as it is there. */
  @Override
  public void delegate(int uid) {
    if (started) {
      files.delegate(uid);
    } else {
      owner = uid;
    }
  }

  @Override
  public Fd openForClone() {
    return started ? files.openForClone() : null;
  }

  @Override
  public void joinFromClone() {
    files.joinFromClone();
  }

  @Override
  public void freeze() {
    files.freeze();
  }

  @Override
  public void thaw() {
    files.thaw();
  }

  @Override
  public boolean isFrozen() {
    return files.isFrozen();
  }

  @Override
  public List<Integer> processes() {
    return started ? files.processes() : List.of();
  }

  @Override
  public void kill() {
    // Where the unit was not started, its place may be another container's.
    if (started) {
      files.kill();
    }
  }

  @Override
  public boolean exists() {
    return started && files.exists();
  }

  /** Stops the unit, and removes the directories that systemd does not know. */
  @Override
  public void delete() {
    if (!started) {
      return;
    }
    try (Systemd systemd = connect()) {
      systemd.stop(unit);
    } catch (Systemd.Unreachable e) {
      // A user's systemd goes when the user does, and all its units with it.
    } finally {
      files.delete();
    }
  }

  /** systemd makes it around init, and takes it away when it is empty. */
  @Override
  public void removeUnused() {}

  @Override
  public Stats stats() {
    return files.stats();
  }
}
