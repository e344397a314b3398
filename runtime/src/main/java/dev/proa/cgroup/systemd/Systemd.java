package dev.proa.cgroup.systemd;

import dev.proa.cgroup.CgroupException;
import dev.proa.kernel.Environment;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import java.util.List;

/** What is asked of systemd: org.freedesktop.systemd1(5), The Manager Object. */
final class Systemd implements AutoCloseable {
  private static final String NAME = "org.freedesktop.systemd1";
  private static final String PATH = "/org/freedesktop/systemd1";
  private static final String MANAGER = NAME + ".Manager";

  private final Bus bus;
  private final boolean overBus;

  private Systemd(Bus bus, boolean overBus) {
    this.bus = bus;
    this.overBus = overBus;
  }

  /** No systemd answers at any of its addresses. */
  static final class Unreachable extends CgroupException {
    private static final long serialVersionUID = 1L;

    Unreachable(String message) {
      super(message);
    }
  }

  /**
   * Connects to the first address that answers.
   *
   * @throws Unreachable with what went wrong at each
   */
  static Systemd connect(Kernel kernel, Session session) {
    List<BusAddress> addresses = BusAddress.system();
    if (session.user()) {
      addresses =
          BusAddress.user(
              Environment.get("XDG_RUNTIME_DIR"), Environment.get("DBUS_SESSION_BUS_ADDRESS"));
    }
    return connect(kernel, addresses, session.uid());
  }

  static Systemd connect(Kernel kernel, List<BusAddress> addresses, long uid) {
    StringBuilder failures = new StringBuilder();
    for (BusAddress address : addresses) {
      try {
        return new Systemd(Bus.connect(kernel, address, uid), address.bus());
      } catch (KernelException e) {
        failures.append("; ").append(address.path()).append(": ").append(e.errno());
      } catch (CgroupException | BusException e) {
        failures.append("; ").append(address.path()).append(": ").append(e.getMessage());
      }
    }
    throw new Unreachable(
        failures.isEmpty()
            ? "cannot find the user's systemd: neither XDG_RUNTIME_DIR nor"
                + " DBUS_SESSION_BUS_ADDRESS is set"
            : "cannot connect to systemd: " + failures.substring(2));
  }

  /** A property of the manager that is a text: {@code Version}, {@code ControlGroup}. */
  String property(String name) {
    try {
      Variant value =
          (Variant)
              bus.call(
                      new Message.Method(NAME, PATH, "org.freedesktop.DBus.Properties", "Get"),
                      "ss",
                      List.of(MANAGER, name))
                  .getFirst();
      return (String) value.value();
    } catch (BusException e) {
      throw new CgroupException("cannot ask systemd for its " + name + ": " + e.getMessage());
    }
  }

  /** The number in {@code 252.39-1~deb12u2}, {@code v245.4-1.fc32} or {@code 245}. */
  static int version(String text) {
    int at = text.startsWith("v") ? 1 : 0;
    int end = at;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return end == at ? 0 : Integer.parseInt(text.substring(at, end));
  }

  /** Makes a transient unit and waits until it is there. After a failure there is none. */
  void start(String unit, List<Property> properties) {
    listen();
    String job;
    try {
      job = startJob(unit, properties);
    } catch (BusException e) {
      throw failed("start", unit, e);
    }
    String result;
    try {
      result = bus.awaitJob(job);
    } catch (CgroupException e) {
      // Not known whether it will come: it must not.
      attempt("StopUnit", "ss", List.of(unit, "replace"));
      throw e;
    }
    if (!result.equals("done")) {
      resetFailed(unit);
      throw new CgroupException(
          "error creating systemd unit \"" + unit + "\": got \"" + result + "\"");
    }
  }

  private String startJob(String unit, List<Property> properties) {
    List<Object> arguments = List.of(unit, "replace", Property.array(properties), List.of());
    try {
      return job("StartTransientUnit", "ssa(sv)a(sa(sv))", arguments);
    } catch (BusException e) {
      if (!e.is(NAME + ".UnitExists")) {
        throw e;
      }
      // What is left of a failed unit keeps the name until it is told to go.
      resetFailed(unit);
      return job("StartTransientUnit", "ssa(sv)a(sa(sv))", arguments);
    }
  }

  /** Changes a unit until the next boot. */
  void set(String unit, List<Property> properties) {
    try {
      bus.call(
          manager("SetUnitProperties"), "sba(sv)", List.of(unit, true, Property.array(properties)));
    } catch (BusException e) {
      throw failed("set properties of", unit, e);
    }
  }

  /** Moves a process into a unit's cgroup (systemd 238). */
  void attach(String unit, int pid) {
    try {
      bus.call(manager("AttachProcessesToUnit"), "ssau", List.of(unit, "", List.of((long) pid)));
    } catch (BusException e) {
      throw failed("attach a process to", unit, e);
    }
  }

  /** Stops a unit and lets systemd forget it. One that is not there is as it should be. */
  void stop(String unit) {
    listen();
    try {
      bus.awaitJob(job("StopUnit", "ss", List.of(unit, "replace")));
    } catch (BusException e) {
      if (!e.is(NAME + ".NoSuchUnit")) {
        throw failed("stop", unit, e);
      }
    }
    resetFailed(unit);
  }

  /** A unit that failed, as after an OOM kill, stays until then. */
  private void resetFailed(String unit) {
    attempt("ResetFailedUnit", "s", List.of(unit));
  }

  private void attempt(String method, String signature, List<?> values) {
    try {
      bus.call(manager(method), signature, values);
    } catch (BusException | CgroupException e) {
      // Most often there is no such unit any more.
    }
  }

  private void listen() {
    if (overBus) {
      bus.match(
          "type='signal',sender='" + NAME + "',interface='" + MANAGER + "',member='JobRemoved'");
      attempt("Subscribe", "", List.of());
    }
  }

  private String job(String method, String signature, List<?> values) {
    return (String) bus.call(manager(method), signature, values).getFirst();
  }

  private static Message.Method manager(String method) {
    return new Message.Method(NAME, PATH, MANAGER, method);
  }

  private static CgroupException failed(String what, String unit, BusException e) {
    return new CgroupException(
        "unable to " + what + " unit \"" + unit + "\": " + e.getMessage().strip());
  }

  @Override
  public void close() {
    bus.close();
  }
}
