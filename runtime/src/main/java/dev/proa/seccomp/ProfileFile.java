package dev.proa.seccomp;

import dev.proa.spec.Json;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompArg;
import dev.proa.spec.linux.SeccompRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A profile as people keep it: the spec's {@code linux.seccomp} section by itself, a whole
 * config.json, or Docker's form (moby/profiles), which says for which capabilities and
 * architectures a rule is.
 */
public final class ProfileFile {
  /** What Docker gives a container: rules for other capabilities are left out, as it does. */
  private static final Set<String> DOCKERS_CAPABILITIES =
      Set.of(
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_FSETID",
          "CAP_FOWNER",
          "CAP_MKNOD",
          "CAP_NET_RAW",
          "CAP_SETGID",
          "CAP_SETUID",
          "CAP_SETFCAP",
          "CAP_SETPCAP",
          "CAP_NET_BIND_SERVICE",
          "CAP_SYS_CHROOT",
          "CAP_KILL",
          "CAP_AUDIT_WRITE");

  private static final String GO_ARCH = Arch.nativeArch() == Arch.AARCH64 ? "arm64" : "amd64";

  private ProfileFile() {}

  /**
   * Reads it.
   *
   * @throws dev.proa.spec.InvalidSpecException with the place
   * @throws SeccompException if it holds no profile
   */
  public static Seccomp read(String name, byte[] text) {
    Json root = JsonDocument.parse(name, text).root();
    Json section = root;
    if (root.has("linux")) {
      section = root.child("linux") == null ? null : root.child("linux").child("seccomp");
    }
    if (section == null || !section.has("defaultAction")) {
      throw new SeccompException(name + " has no seccomp profile");
    }
    boolean dockers = section.has("archMap");
    for (Json rule : rules(section)) {
      dockers |= rule.has("includes") || rule.has("excludes") || rule.has("name");
    }
    return dockers ? readDockers(section) : Seccomp.read(section);
  }

  private static List<Json> rules(Json section) {
    Json rules = section.child("syscalls");
    return rules == null ? List.of() : rules.elements();
  }

  private static Seccomp readDockers(Json section) {
    List<String> architectures = new ArrayList<>(section.texts("architectures"));
    Json map = section.child("archMap");
    for (Json entry : map == null ? List.<Json>of() : map.elements()) {
      if (Arch.nativeArch().specName().equals(entry.textOrNull("architecture"))) {
        architectures.add(entry.text("architecture"));
        architectures.addAll(entry.texts("subArchitectures"));
      }
    }
    List<SeccompRule> rules = new ArrayList<>();
    for (Json rule : rules(section)) {
      if (applies(rule)) {
        List<String> names = new ArrayList<>(rule.texts("names"));
        if (rule.has("name") && rule.textOrNull("name") != null) {
          names.add(rule.text("name"));
        }
        names.removeIf(String::isEmpty);
        rules.add(
            new SeccompRule(
                names,
                rule.requiredEnum("action", Seccomp.Action.values()),
                rule.uint32BitsOrNull("errnoRet"),
                rule.list("args", SeccompArg::read)));
      }
    }
    return new Seccomp(
        section.requiredEnum("defaultAction", Seccomp.Action.values()),
        section.uint32BitsOrNull("defaultErrnoRet"),
        architectures,
        section.texts("flags"),
        null,
        null,
        rules);
  }

  private static boolean applies(Json rule) {
    Json includes = rule.child("includes");
    Json excludes = rule.child("excludes");
    if (includes != null) {
      List<String> arches = includes.texts("arches");
      if (!arches.isEmpty() && !arches.contains(GO_ARCH)) {
        return false;
      }
      if (!DOCKERS_CAPABILITIES.containsAll(includes.texts("caps"))) {
        return false;
      }
    }
    if (excludes != null) {
      for (String capability : excludes.texts("caps")) {
        if (DOCKERS_CAPABILITIES.contains(capability)) {
          return false;
        }
      }
      return !excludes.texts("arches").contains(GO_ARCH);
    }
    return true;
  }
}
