package dev.proa.doctor;

import dev.proa.kernel.CapabilityCalls;
import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Stat;
import dev.proa.setup.Capabilities;
import java.util.ArrayList;
import java.util.List;

/** Who runs proa: capabilities, subordinate ids; and the programs that proa calls. */
final class UserProbes {
  private static final int SETUID = 04000;

  private final Probes probes;

  UserProbes(Probes probes) {
    this.probes = probes;
  }

  void ask() {
    probes.group("user");
    capabilities();
    for (String name : List.of("newuidmap", "newgidmap")) {
      helper(name);
    }
    subordinate("/etc/subuid");
    subordinate("/etc/subgid");
    probes.group("programs");
    tool("criu", "checkpoint and restore", "apt-get install criu");
    tool("ps", "proa ps", "apt-get install procps");
    if (probes.files().exists(Fd.CWD, "/run/systemd/system")) {
      probes.works("systemd", "is the init: --systemd-cgroup works");
    } else {
      probes.missing("systemd", "is not the init here: no --systemd-cgroup", null);
    }
  }

  private void capabilities() {
    long bounding = Capabilities.grantable(probes.kernel(), false).bounding();
    List<String> lacking = new ArrayList<>();
    for (int i = 0; i <= Capabilities.last(probes.kernel()); i++) {
      if ((bounding & 1L << i) == 0) {
        lacking.add(CapabilityCalls.name(i));
      }
    }
    if (lacking.isEmpty()) {
      probes.works("bounding set", "has all capabilities");
    } else {
      probes.missing(
          "bounding set",
          "lacks "
              + String.join(", ", lacking)
              + ": no container can have "
              + (lacking.size() == 1 ? "it" : "them")
              + (lacking.contains("CAP_SYS_RESOURCE")
                  ? ", none can raise a hard limit or go below its oom_score_adj"
                  : ""),
          "start proa's service or container with more: CapabilityBoundingSet=, --cap-add");
    }
  }

  private void helper(String name) {
    String path = probes.program(name);
    if (path == null) {
      probes.missing(
          name, "not installed: users can map only themselves", "apt-get install uidmap");
      return;
    }
    Stat stat = probes.files().stat(Fd.CWD, path);
    boolean setuid = (stat.mode() & SETUID) != 0 && stat.uid() == 0;
    if (setuid) {
      probes.works(name, path + ", setuid root");
    } else {
      probes.missing(
          name,
          path + " is not setuid root (or has file capabilities instead)",
          "chmod u+s " + path);
    }
  }

  private void subordinate(String file) {
    String text = probes.text(file);
    int user = CredentialCalls.getuid(probes.kernel());
    if (text == null || text.isEmpty()) {
      probes.missing(
          file,
          "names nobody: users can map only themselves",
          "usermod --add-subuids 100000-165535" + " --add-subgids 100000-165535 USER");
      return;
    }
    probes.works(file, text.lines().count() + " ranges; this is uid " + user);
  }

  private void tool(String name, String purpose, String help) {
    String path = probes.program(name);
    if (path == null) {
      probes.missing(name, "not installed: no " + purpose, help);
    } else {
      probes.works(name, path + ", for " + purpose);
    }
  }
}
