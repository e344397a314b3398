package dev.proa.diagnosis;

import dev.proa.kernel.CapabilityCalls;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.LimitCalls;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.Stat;
import dev.proa.setup.ApparmorProfile;
import dev.proa.setup.Namespaces;
import dev.proa.setup.SelinuxLabel;
import dev.proa.spec.Capabilities;
import dev.proa.spec.Choice;
import dev.proa.spec.Process;
import dev.proa.spec.Rlimit;
import dev.proa.spec.User;
import dev.proa.spec.linux.IdMapping;
import dev.proa.spec.linux.Namespace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The section {@code process}, but for the program itself: {@link ProgramCheck}. */
final class ProcessCheck {
  private static final int CAP_SYS_RESOURCE = 24;
  private static final String PROFILES = "/sys/kernel/security/apparmor/profiles";

  private final Subject subject;
  private final Process process;
  private final Report report;
  private final long own;

  ProcessCheck(Subject subject, Report report) {
    this.subject = subject;
    this.process = subject.spec().process();
    this.report = report;
    this.own = CapabilityCalls.capget(subject.kernel())[1];
  }

  void check() {
    report.run(this::user);
    report.run(this::environment);
    report.run(this::capabilities);
    report.run(this::rlimits);
    report.run(this::oomScoreAdj);
    report.run(this::labels);
    if (process.consoleSize() != null && !process.terminal()) {
      report.warning("/process/consoleSize", "is ignored: process.terminal is not true", null);
    }
    if (subject.image() != null) {
      report.run(this::cwd);
      report.run(new ProgramCheck(subject, report)::check);
    }
  }

  private void user() {
    User user = process.user();
    if (user == null || subject.namespace(Namespace.Type.USER) == null) {
      return;
    }
    mapped("/process/user/uid", "uid", user.uid(), subject.uidMappings(), "uidMappings");
    mapped("/process/user/gid", "gid", user.gid(), subject.gidMappings(), "gidMappings");
    for (int i = 0; i < user.additionalGids().size(); i++) {
      mapped(
          "/process/user/additionalGids/" + i,
          "gid",
          user.additionalGids().get(i),
          subject.gidMappings(),
          "gidMappings");
    }
  }

  private void mapped(
      String pointer, String kind, long id, List<IdMapping> mappings, String section) {
    if (Subject.isMapped(id, mappings)) {
      return;
    }
    List<String> ranges = new ArrayList<>();
    for (IdMapping mapping : mappings) {
      ranges.add(mapping.containerID() + " to " + (mapping.containerID() + mapping.size() - 1));
    }
    report.error(
        pointer,
        kind + " " + id + " is in no range of linux." + section + ": " + String.join(", ", ranges),
        "map it, or take a " + kind + " that is mapped");
  }

  private void environment() {
    Set<String> seen = new HashSet<>();
    for (int i = process.env().size() - 1; i >= 0; i--) {
      String entry = process.env().get(i);
      int equals = entry.indexOf('=');
      if (equals > 0 && !seen.add(entry.substring(0, equals))) {
        report.warning(
            "/process/env/" + i,
            entry.substring(0, equals) + " comes again: this one is lost",
            null);
      }
    }
  }

  private void capabilities() {
    Capabilities sets = process.capabilities();
    if (sets == null) {
      return;
    }
    dev.proa.setup.Capabilities.Grantable grantable =
        dev.proa.setup.Capabilities.grantable(
            subject.kernel(), Namespaces.plan(subject.linux()).has(NamespaceCalls.CLONE_NEWUSER));
    Set<String> told = new HashSet<>();
    set("bounding", sets.bounding(), grantable.bounding(), told);
    set("permitted", sets.permitted(), grantable.permitted(), told);
    set("effective", sets.effective(), grantable.permitted(), told);
    set("inheritable", sets.inheritable(), grantable.permitted(), told);
    set("ambient", sets.ambient(), grantable.permitted(), told);
    beyond("effective", sets.effective(), sets.permitted(), "permitted", true);
    beyond("inheritable", sets.inheritable(), sets.bounding(), "bounding", false);
    beyond("ambient", sets.ambient(), sets.permitted(), "permitted", false);
    beyond("ambient", sets.ambient(), sets.inheritable(), "inheritable", false);
  }

  private void set(String set, List<String> names, long grantable, Set<String> told) {
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      int number = CapabilityCalls.number(name);
      String pointer = "/process/capabilities/" + set + "/" + i;
      if (number < 0) {
        String meant = Choice.nearest(name, CapabilityCalls.names());
        report.warning(
            pointer,
            '"' + name + "\" is no capability, and it is ignored",
            meant == null ? null : "did you mean \"" + meant + "\"?");
      } else if ((grantable & 1L << number) == 0 && told.add(name)) {
        report.warning(
            pointer,
            name + " is not among proa's own capabilities here, so the container does not get it",
            "start proa with it; `proa doctor` shows the bounding set");
      }
    }
  }

  private void beyond(
      String set, List<String> names, List<String> of, String other, boolean refused) {
    for (int i = 0; i < names.size(); i++) {
      if (!of.contains(names.get(i)) && CapabilityCalls.number(names.get(i)) >= 0) {
        report.add(
            refused ? Finding.Severity.ERROR : Finding.Severity.WARNING,
            "/process/capabilities/" + set + "/" + i,
            names.get(i)
                + " is not in the "
                + other
                + " set too"
                + (refused ? "" : ", so it has no effect"),
            "add it to process.capabilities." + other);
        return; // one is enough: as a rule the whole set is missing
      }
    }
  }

  private void rlimits() {
    List<Rlimit> rlimits = process.rlimits();
    for (int i = 0; i < rlimits.size() && !has(CAP_SYS_RESOURCE); i++) {
      Rlimit rlimit = rlimits.get(i);
      int resource = LimitCalls.number(rlimit.type());
      if (resource < 0) {
        continue;
      }
      long hard = LimitCalls.get(subject.kernel(), resource)[1];
      if (Long.compareUnsigned(rlimit.hard(), hard) > 0) {
        report.error(
            "/process/rlimits/" + i + "/hard",
            "the hard limit here is "
                + Long.toUnsignedString(hard)
                + ", and raising it takes CAP_SYS_RESOURCE, which proa does not have",
            "ask for no more, or start proa with the capability");
      }
    }
  }

  private void oomScoreAdj() {
    Integer wanted = process.oomScoreAdj();
    if (wanted == null || has(CAP_SYS_RESOURCE)) {
      return;
    }
    int now =
        Integer.parseInt(
            new FileCalls(subject.kernel()).readText("/proc/self/oom_score_adj").strip());
    if (wanted < now) {
      report.error(
          "/process/oomScoreAdj",
          "going below proa's own " + now + " takes CAP_SYS_RESOURCE, which proa does not have",
          "ask for " + now + " or more");
    }
  }

  private boolean has(int capability) {
    return (own & 1L << capability) != 0;
  }

  private void labels() {
    String profile = process.apparmorProfile();
    if (profile != null && !profile.isEmpty()) {
      apparmor(profile);
    }
    String label = process.selinuxLabel();
    if (label != null && !label.isEmpty() && !SelinuxLabel.isEnabled(subject.kernel())) {
      report.error(
          "/process/selinuxLabel", "this kernel has no SELinux, or it is off", "leave it out");
    }
  }

  private void apparmor(String profile) {
    String pointer = "/process/apparmorProfile";
    if (!ApparmorProfile.isEnabled(subject.kernel())) {
      report.error(pointer, "this kernel has no AppArmor, or it is off", "leave it out");
      return;
    }
    if (profile.equals("unconfined")) {
      return;
    }
    List<String> names = new ArrayList<>();
    for (String line : new FileCalls(subject.kernel()).readText(PROFILES).lines().toList()) {
      int mode = line.lastIndexOf(" (");
      names.add(mode < 0 ? line : line.substring(0, mode));
    }
    if (!names.contains(profile)) {
      String meant = Choice.nearest(profile, names);
      report.error(
          pointer,
          "no profile \"" + profile + "\" is loaded",
          meant == null
              ? "load it: apparmor_parser -r /etc/apparmor.d/FILE"
              : "did you mean \"" + meant + "\"?");
    }
  }

  private void cwd() {
    if (!process.cwd().startsWith("/") || subject.image().coveredBy(process.cwd()) >= 0) {
      return;
    }
    Stat stat = subject.image().stat(process.cwd());
    if (stat == null && !subject.runs()) {
      report.warning(
          "/process/cwd", "is not in the root file system: it will be made, empty", null);
    } else if (stat == null) {
      report.error("/process/cwd", process.cwd() + " is not in the container", null);
    } else if (!stat.isDirectory()) {
      report.error("/process/cwd", process.cwd() + " is no folder", null);
    }
  }
}
