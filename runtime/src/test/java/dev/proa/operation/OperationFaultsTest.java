package dev.proa.operation;

import dev.proa.cgroup.CgroupDriver;
import dev.proa.kernel.Sysno;
import dev.proa.spec.Hook;
import dev.proa.state.ContainerState;
import dev.proa.state.StateFolder;
import dev.proa.state.StateRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What start, exec, update, kill and delete leave where one of their calls fails. A container on
 * either version of cgroups; {@link CreateFaultsTest} has create.
 */
class OperationFaultsTest extends Faults {
  private static final String ID = "faulty";
  private static final String ROOT = ContainerHost.RUN + "/state";
  private static final String STATE = ROOT + "/" + ID;
  private static final String PID_FILE = ContainerHost.RUN + "/pid";
  private static final Settings SETTINGS = new Settings(ROOT, CgroupDriver.CGROUPFS, null, null);
  private static final List<Hook> HOOKS =
      List.of(new Hook("/bin/true", List.of(), List.of(), null));

  private static final Map<String, Map<String, String>> V2 =
      Map.of(
          "/sys/fs/cgroup/" + ID,
          Map.ofEntries(
              Map.entry("cgroup.controllers", "cpuset cpu io memory pids\n"),
              Map.entry("cgroup.procs", ""),
              Map.entry("cgroup.freeze", "0\n"),
              Map.entry("cgroup.events", "populated 1\nfrozen 0\n"),
              Map.entry("cgroup.kill", ""),
              Map.entry("pids.max", "max\n"),
              Map.entry("memory.max", "max\n"),
              Map.entry("memory.swap.max", "max\n"),
              Map.entry("memory.low", "0\n"),
              Map.entry("io.max", "8:16 rbps=1000 wbps=max riops=max wiops=max\n"),
              Map.entry("cpu.weight", "100\n"),
              Map.entry("cpu.max", "max 100000\n"),
              Map.entry("cpuset.cpus", "0-1\n"),
              Map.entry("cpuset.mems", "0\n")));

  private static final Map<String, Map<String, String>> V1 = new TreeMap<>();

  static {
    v1("cpuset", Map.of("cpuset.cpus", "0-1\n", "cpuset.mems", "0\n"));
    v1("devices", Map.of("devices.list", "c 1:5 rwm\n", "devices.allow", "", "devices.deny", ""));
    v1(
        "memory",
        Map.of(
            "memory.limit_in_bytes", "9223372036854771712\n",
            "memory.memsw.limit_in_bytes", "9223372036854771712\n",
            "memory.soft_limit_in_bytes", "9223372036854771712\n"));
    v1(
        "cpu",
        Map.of(
            "cpu.shares", "1024\n", "cpu.cfs_quota_us", "-1\n", "cpu.cfs_period_us", "100000\n"));
    v1("pids", Map.of("pids.max", "max\n"));
    v1("freezer", Map.of("freezer.state", "THAWED\n", "freezer.self_freezing", "0\n"));
    v1("unified", Map.of());
  }

  private static final Set<String> FREEZER =
      Set.of("freezer.state", "cgroup.freeze", "cgroup.events");

  /** A list by device, which cannot be put back. */
  private static final String LIST =
      """
      "blockIO": {"throttleReadBpsDevice": [{"major": 8, "minor": 16, "rate": 2000}]},""";

  @TempDir Path folder;
  private byte[] config;

  private static void v1(String controller, Map<String, String> files) {
    Map<String, String> all = new TreeMap<>(files);
    all.put("cgroup.procs", "");
    all.put("tasks", "");
    V1.put("/sys/fs/cgroup/" + controller + "/" + ID, all);
  }

  @BeforeEach
  void config() throws IOException {
    config = writeConfig(folder).getBytes(StandardCharsets.UTF_8);
  }

  /** A created container, its state written by the code that writes it. */
  private ContainerHost created(int version) {
    ContainerHost host = ContainerHost.of(version == 2 ? V2 : V1);
    Map<String, String> paths = new TreeMap<>();
    for (String path : (version == 2 ? V2 : V1).keySet()) {
      String controller = version == 2 ? "" : path.split("/")[4];
      paths.put(controller.equals("unified") ? "" : controller, path);
    }
    host.put(ROOT, null);
    try (StateFolder state = new StateRoot(host, ROOT).create(ID)) {
      ContainerState intent =
          new ContainerState(
              "1.2.0",
              ID,
              0,
              0,
              "2025-01-01T00:00:00Z",
              folder.toString(),
              folder + "/rootfs",
              0,
              Map.of(),
              CgroupDriver.CGROUPFS.toString(),
              paths,
              Map.of(),
              true,
              null,
              List.of(),
              HOOKS,
              HOOKS);
      state.writeIntent(intent);
      state.writeConfig(config);
      host.put(STATE + "/start.sock", "");
      state.writeRecord(intent.with(ContainerHost.INIT, 77, paths, Map.of()));
      state.commit();
    }
    return host;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void start(int version) {
    ContainerHost created = created(version);
    eachCallFailsOnce(
        "start",
        created,
        kernel -> new Start(kernel, SETTINGS).start(ID),
        outcome -> {
          ContainerHost host = outcome.host();
          boolean stopped = !host.alive().contains(ContainerHost.INIT);
          if (outcome.failure() == null ? stopped : !stopped && !host.isWaiting()) {
            complain(outcome, "neither created nor stopped");
          }
          judgeFiles(outcome, created, PID_FILE);
          judgeChildren(outcome);
        });
  }

  private static ExecRequest exec(boolean detach, boolean terminal) {
    ExecRequest.Launching launching =
        new ExecRequest.Launching(
            detach, detach && terminal ? "/run/console" : null, "/run/pidfd", PID_FILE, 0);
    List<String> none = List.of();
    return new ExecRequest(
        ID,
        null,
        List.of("/bin/sh"),
        null,
        none,
        terminal,
        null,
        List.of(),
        none,
        null,
        null,
        null,
        none,
        false,
        launching);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void execDetached(int version) {
    exec(version, exec(true, false));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void execInForeground(int version) {
    exec(version, exec(false, false));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void execWithTerminal(int version) {
    exec(version, exec(true, true));
  }

  private void exec(int version, ExecRequest request) {
    ContainerHost running = created(version).running();
    eachCallFailsOnce(
        "exec",
        running,
        kernel -> new Exec(kernel, SETTINGS, request).exec(),
        outcome -> {
          if (outcome.failure() != null) {
            judgeFiles(outcome, running, "");
            judgeChildren(outcome);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void update(int version) throws IOException {
    Path file = folder.resolve("resources.json");
    Files.writeString(
        file,
        """
        {"memory": {"limit": 64000000, "swap": 128000000, "reservation": 32000000},
         "cpu": {"shares": 512, "quota": 50000, "period": 200000, "cpus": "0", "mems": "0"},
         "pids": {"limit": 50},%s
         "devices": [{"allow": false, "access": "rwm"},
                     {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}]}
        """
            .formatted(version == 2 ? LIST : ""));
    ContainerHost running = created(version).running();
    UpdateRequest request = new UpdateRequest(file.toString(), null, null, null, null, null, null);
    eachCallFailsOnce(
        "update",
        running,
        kernel -> new Update(kernel, SETTINGS).update(ID, request),
        outcome -> {
          if (outcome.failure() != null) {
            judgeFiles(outcome, running, "");
            if (outcome.host().programs() > 0) {
              complain(outcome, "leaves the new device program");
            }
          }
        });
  }

  /** Neither files of the state nor limits are others than before. */
  private void judgeFiles(Outcome outcome, ContainerHost before, String but) {
    Map<String, String> old = before.files();
    Map<String, String> now = outcome.host().files();
    old.keySet().removeIf(path -> path.startsWith("/proc") || path.equals(but));
    now.keySet().removeIf(path -> path.startsWith("/proc") || path.equals(but));
    for (String path : old.keySet()) {
      String was = old.get(path);
      String is = now.get(path);
      if (was == null ? !now.containsKey(path) : is == null || !is.strip().equals(was.strip())) {
        String message = String.valueOf(outcome.failure());
        // Where it is the thaw that fails, the failure tells: delete --force thaws again.
        boolean thaw = FREEZER.contains(name(path)) && message.contains("freeze");
        if (!thaw && !message.matches(".*; not put back: .*" + name(path) + ".*")) {
          complain(outcome, path + " was " + was + " and is " + is);
        }
      }
    }
    now.keySet().removeAll(old.keySet());
    if (!now.isEmpty()) {
      complain(outcome, "leaves " + now.keySet());
    }
  }

  /** Each process that it has made it has killed or reaped, where it failed. */
  private void judgeChildren(Outcome outcome) {
    int running = 0;
    for (FaultyKernel.Made made : outcome.runtime().made()) {
      running += made.call().number() == Sysno.CLONE3 && made.result() > 0 ? 1 : 0;
      boolean ends = made.call().number() == Sysno.KILL || made.call().number() == Sysno.WAIT4;
      running = ends ? 0 : running;
    }
    if (outcome.failure() != null && running > 0) {
      complain(outcome, "leaves a process");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void kill(int version) {
    ContainerHost running = created(version).running();
    kill(running, "TERM", false);
    kill(running, "TERM", true);
    kill(running, "KILL", false);
    kill(running, "KILL", true);
    kill(running.sharingPids(), "KILL", false);
    kill(running.sharingPids().without("cgroup.kill"), "KILL", false);
  }

  private void kill(ContainerHost running, String signal, boolean all) {
    int count = all || signal.equals("KILL") ? 2 : 1;
    eachCallFailsOnce(
        "kill " + signal + (all ? " --all" : ""),
        running,
        kernel -> new Kill(kernel, SETTINGS).kill(ID, signal, all),
        outcome -> {
          ContainerHost host = outcome.host();
          boolean done =
              signal.equals("KILL") ? host.alive().isEmpty() : host.signals().size() == count;
          if (outcome.failure() == null && !done && !outcome.saysThatItEnded()) {
            complain(outcome, "says that it did it; lives: " + host.alive());
          }
          if (outcome.failure() != null) {
            judgeFiles(outcome, running, "");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void delete(int version) {
    ContainerHost running = created(version).running();
    delete("delete", running.stopped(), false);
    delete("delete --force, stopped", running.stopped(), true);
    delete("delete --force", running, true);
    delete("delete --force, shared pids", running.sharingPids(), true);
    delete("delete --force, before 5.14", running.sharingPids().without("cgroup.kill"), true);
  }

  private void delete(String name, ContainerHost container, boolean force) {
    eachCallFailsOnce(
        name,
        container,
        kernel -> new Delete(kernel, SETTINGS).delete(ID, force),
        outcome -> {
          if (outcome.failure() != null) {
            Outcome again =
                rehearse(
                    outcome.host(),
                    null,
                    null,
                    kernel -> new Delete(kernel, SETTINGS).delete(ID, true));
            judgeGone(outcome, again.host(), again.failure());
          } else {
            judgeGone(outcome, outcome.host(), null);
          }
        });
  }

  private void judgeGone(Outcome outcome, ContainerHost host, RuntimeException failure) {
    if (failure != null) {
      complain(outcome, "a second delete --force fails: " + failure);
    }
    Map<String, String> left = host.files();
    left.keySet().removeIf(path -> !path.contains("/" + ID));
    if (!left.isEmpty() || !host.alive().isEmpty()) {
      complain(outcome, "leaves " + left.keySet() + " and processes " + host.alive());
    }
  }
}
