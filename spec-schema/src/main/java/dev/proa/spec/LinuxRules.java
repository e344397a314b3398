package dev.proa.spec;

import dev.proa.spec.linux.Device;
import dev.proa.spec.linux.IdMapping;
import dev.proa.spec.linux.IntelRdt;
import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.Namespace;
import dev.proa.spec.linux.NetDevice;
import dev.proa.spec.linux.Personality;
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompArg;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules for the section linux: config-linux.md. */
final class LinuxRules {
  /** Arguments of a system call. */
  private static final int SYSCALL_ARGUMENTS = 6;

  /** IFNAMSIZ without its NUL. */
  private static final int INTERFACE_NAME = 15;

  private final Findings findings;
  private final Linux linux;

  private LinuxRules(Findings findings, Linux linux) {
    this.findings = findings;
    this.linux = linux;
  }

  static void check(Findings findings, Linux linux) {
    LinuxRules rules = new LinuxRules(findings, linux);
    rules.namespaces();
    rules.userNamespace();
    rules.otherNamespaces();
    rules.sysctl();
    rules.devices();
    rules.netDevices();
    rules.intelRdt();
    absolute(findings, "/linux/maskedPaths/", linux.maskedPaths());
    absolute(findings, "/linux/readonlyPaths/", linux.readonlyPaths());
    rules.personality();
    rules.seccomp();
  }

  /** Whether the container has a namespace of its own of this type, or joins one. */
  static boolean has(Linux linux, Namespace.Type type) {
    return find(linux, type) != null;
  }

  private static void absolute(Findings findings, String list, List<String> paths) {
    for (int i = 0; i < paths.size(); i++) {
      if (!paths.get(i).startsWith("/")) {
        findings.add(list + i, "must be an absolute path");
      }
    }
  }

  static void idMappings(Findings findings, String pointer, List<IdMapping> mappings) {
    for (int i = 0; i < mappings.size(); i++) {
      IdMapping mapping = mappings.get(i);
      if (mapping.size() == 0) {
        findings.add(pointer + "/" + i + "/size", "must be more than 0");
      }
      // 4294967295 is (uid_t) -1 and no id; the kernel refuses a range that reaches it.
      long most = 0xffff_ffffL;
      if (mapping.containerID() + mapping.size() > most) {
        findings.add(pointer + "/" + i, "the range inside ends after 4294967294");
      }
      if (mapping.hostID() + mapping.size() > most) {
        findings.add(pointer + "/" + i, "the range outside ends after 4294967294");
      }
    }
  }

  private static Namespace find(Linux linux, Namespace.Type type) {
    for (Namespace namespace : linux.namespaces()) {
      if (namespace.type() == type) {
        return namespace;
      }
    }
    return null;
  }

  private void namespaces() {
    List<Namespace> namespaces = linux.namespaces();
    Set<Namespace.Type> seen = EnumSet.noneOf(Namespace.Type.class);
    for (int i = 0; i < namespaces.size(); i++) {
      Namespace namespace = namespaces.get(i);
      if (!seen.add(namespace.type())) {
        findings.add(
            "/linux/namespaces/" + i + "/type", "duplicated ns \"" + namespace.type() + '"');
      }
      if (namespace.path() != null && !namespace.path().startsWith("/")) {
        findings.add("/linux/namespaces/" + i + "/path", "must be an absolute path");
      }
    }
  }

  private void userNamespace() {
    Namespace user = find(linux, Namespace.Type.USER);
    boolean mapped = !linux.uidMappings().isEmpty() || !linux.gidMappings().isEmpty();
    if (user == null && mapped) {
      findings.add(
          linux.uidMappings().isEmpty() ? "/linux/gidMappings" : "/linux/uidMappings",
          "user namespace mappings specified, but user namespace isn't enabled in the config");
    }
    if (user != null && user.path() == null) {
      String missing = "required for a new user namespace";
      if (linux.uidMappings().isEmpty()) {
        findings.add("/linux/uidMappings", missing);
      }
      if (linux.gidMappings().isEmpty()) {
        findings.add("/linux/gidMappings", missing);
      }
    }
    idMappings(findings, "/linux/uidMappings", linux.uidMappings());
    idMappings(findings, "/linux/gidMappings", linux.gidMappings());
  }

  private void otherNamespaces() {
    if (linux.timeOffsets() != null && !has(linux, Namespace.Type.TIME)) {
      findings.add(
          "/linux/timeOffsets",
          "time namespace offsets specified, but time namespace isn't enabled in the config");
    }
    if (!has(linux, Namespace.Type.MOUNT)) {
      String message = "unable to restrict sys entries without a private MNT namespace";
      if (!linux.maskedPaths().isEmpty()) {
        findings.add("/linux/maskedPaths", message);
      }
      if (!linux.readonlyPaths().isEmpty()) {
        findings.add("/linux/readonlyPaths", message);
      }
    }
  }

  private void sysctl() {
    for (String name : linux.sysctl().keySet()) {
      String message = SysctlRules.refuse(linux, name);
      if (message != null) {
        findings.add(JsonPointer.member("/linux/sysctl", name), message);
      }
    }
  }

  private void devices() {
    List<Device> devices = linux.devices();
    for (int i = 0; i < devices.size(); i++) {
      Device device = devices.get(i);
      String pointer = "/linux/devices/" + i;
      if (!device.path().startsWith("/")) {
        findings.add(pointer + "/path", "must be an absolute path");
      }
      if (!device.type().equals("p")) {
        String missing = "required for a device of type " + device.type();
        if (device.major() == null) {
          findings.add(pointer + "/major", missing);
        }
        if (device.minor() == null) {
          findings.add(pointer + "/minor", missing);
        }
      }
    }
  }

  private void netDevices() {
    if (linux.netDevices().isEmpty()) {
      return;
    }
    if (!has(linux, Namespace.Type.NETWORK)) {
      findings.add(
          "/linux/netDevices", "unable to move network devices without a private NET namespace");
    }
    Map<String, String> taken = new HashMap<>();
    for (Map.Entry<String, NetDevice> entry : linux.netDevices().entrySet()) {
      String pointer = JsonPointer.member("/linux/netDevices", entry.getKey());
      String inside = entry.getValue().name();
      if (inside == null || inside.isEmpty()) {
        inside = entry.getKey();
      }
      if (!isInterface(entry.getKey())) {
        findings.add(pointer, "is no name of a network interface");
      }
      if (!isInterface(inside)) {
        findings.add(pointer + "/name", "is no name of a network interface");
      }
      // A template: the kernel finds a number for each.
      String other = inside.endsWith("%d") ? null : taken.put(inside, entry.getKey());
      if (other != null) {
        findings.add(pointer, "gets the same name as " + Findings.quoted(other));
      }
    }
  }

  /** What dev_valid_name of the kernel takes (net/core/dev.c). */
  private static boolean isInterface(String name) {
    if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > INTERFACE_NAME) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '/' || c == ':' || c == 0 || Character.isWhitespace(c)) {
        return false;
      }
    }
    return !name.equals(".") && !name.equals("..");
  }

  private void intelRdt() {
    IntelRdt rdt = linux.intelRdt();
    if (rdt == null) {
      return;
    }
    String closId = rdt.closID() == null ? "" : rdt.closID();
    // The name of one folder; the root, for the class that all others are in.
    boolean path = closId.length() > 1 && closId.indexOf('/') >= 0;
    if (path || closId.equals(".") || closId.equals("..") || closId.indexOf(0) >= 0) {
      findings.add("/linux/intelRdt/closID", "is no name of a class of service");
    }
    oneLine("/linux/intelRdt/l3CacheSchema", rdt.l3CacheSchema());
    oneLine("/linux/intelRdt/memBwSchema", rdt.memBwSchema());
    for (int i = 0; i < rdt.schemata().size(); i++) {
      oneLine("/linux/intelRdt/schemata/" + i, rdt.schemata().get(i));
    }
  }

  private void oneLine(String pointer, String schema) {
    if (schema != null && schema.indexOf('\n') >= 0) {
      findings.add(pointer, "contains a newline");
    }
  }

  private void personality() {
    Personality personality = linux.personality();
    if (personality == null) {
      return;
    }
    if (personality.domain() == null) {
      findings.add("/linux/personality/domain", "required but missing");
    }
    if (!personality.flags().isEmpty()) {
      findings.add("/linux/personality/flags", "no flag is supported");
    }
  }

  private void seccomp() {
    Seccomp seccomp = linux.seccomp();
    if (seccomp == null) {
      return;
    }
    if (seccomp.defaultAction() == Seccomp.Action.SCMP_ACT_NOTIFY) {
      // The descriptor could not be handed out: sending it is a call that would have to be
      // answered.
      findings.add("/linux/seccomp/defaultAction", "SCMP_ACT_NOTIFY cannot be the default action");
    }
    boolean metadata = seccomp.listenerMetadata() != null && !seccomp.listenerMetadata().isEmpty();
    boolean listener = seccomp.listenerPath() != null && !seccomp.listenerPath().isEmpty();
    if (metadata && !listener) {
      findings.add("/linux/seccomp/listenerMetadata", "is for a listenerPath only");
    }
    for (int i = 0; i < seccomp.syscalls().size(); i++) {
      List<SeccompArg> args = seccomp.syscalls().get(i).args();
      for (int j = 0; j < args.size(); j++) {
        int index = args.get(j).index();
        if (index < 0 || index >= SYSCALL_ARGUMENTS) {
          String pointer = "/linux/seccomp/syscalls/" + i + "/args/" + j + "/index";
          findings.add(pointer, Integer.toUnsignedString(index) + " is not from 0 to 5");
        }
      }
    }
  }
}
