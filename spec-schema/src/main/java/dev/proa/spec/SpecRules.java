package dev.proa.spec;

import dev.proa.spec.linux.IdMapping;
import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.Namespace;
import java.util.List;

/**
 * What the spec demands of a config and a schema cannot say, as far as it needs no kernel. As
 * lenient as runc where its callers rely on it: a relative mount destination, an unknown capability
 * and an old {@code ociVersion} pass.
 */
public final class SpecRules {
  private final Spec spec;
  private final Findings findings;

  private SpecRules(JsonDocument document, Spec spec) {
    this.spec = spec;
    this.findings = new Findings(document);
  }

  /**
   * Checks a config that a container is to be created from; unlike the schema it demands {@code
   * root} and {@code process}.
   *
   * @param document where {@code spec} was read from
   * @throws InvalidSpecException with every violation
   */
  public static void create(JsonDocument document, Spec spec) {
    SpecRules rules = new SpecRules(document, spec);
    rules.check();
    rules.findings.throwIfAny();
  }

  /** What {@link #create} refuses, without an exception. */
  static List<Violation> violations(JsonDocument document, Spec spec) {
    SpecRules rules = new SpecRules(document, spec);
    rules.check();
    return rules.findings.all();
  }

  /**
   * Checks a process, the document of exec --process.
   *
   * @param document where {@code process} was read from
   * @throws InvalidSpecException with every violation
   */
  public static void process(JsonDocument document, Process process) {
    Findings findings = new Findings(document);
    ProcessRules.check(findings, "", process);
    findings.throwIfAny();
  }

  private void check() {
    version();
    if (spec.root() == null) {
      findings.add("/root", "required to create a container");
    } else if (spec.root().path().isEmpty()) {
      findings.add("/root/path", "must not be empty");
    }
    if (spec.annotations().containsKey("")) {
      findings.add("/annotations", "a key must not be empty");
    }
    mounts();
    if (spec.process() != null) { // "REQUIRED when start is called": start says so
      ProcessRules.check(findings, "/process", spec.process());
    }
    privateUts("/hostname", "hostname", spec.hostname());
    privateUts("/domainname", "domainname", spec.domainname());
    if (spec.hooks() != null) {
      hooks(spec.hooks());
    }
    if (spec.linux() != null) {
      LinuxRules.check(findings, spec.linux());
    }
  }

  /**
   * Versions before 1 and their pre-releases pass: old bundles carry them and nothing else changed.
   */
  private void version() {
    String version = spec.ociVersion();
    int major = SpecVersion.major(version);
    if (major < 0) {
      findings.add("/ociVersion", Findings.quoted(version) + " is no version such as 1.3.0");
    } else if (major > 1) {
      findings.add("/ociVersion", version + " is not supported: this is " + SpecVersion.CURRENT);
    }
  }

  private void mounts() {
    List<Mount> mounts = spec.mounts();
    for (int i = 0; i < mounts.size(); i++) {
      Mount mount = mounts.get(i);
      if (mount.destination().isEmpty()) {
        findings.add("/mounts/" + i + "/destination", "must not be empty");
      }
      if (mount.uidMappings().isEmpty() != mount.gidMappings().isEmpty()) {
        findings.add("/mounts/" + i, "uidMappings and gidMappings must be given together");
      }
      idMappings("/mounts/" + i + "/uidMappings", mount.uidMappings());
      idMappings("/mounts/" + i + "/gidMappings", mount.gidMappings());
    }
  }

  private void idMappings(String pointer, List<IdMapping> mappings) {
    LinuxRules.idMappings(findings, pointer, mappings);
  }

  private void privateUts(String pointer, String what, String value) {
    Linux linux = spec.linux();
    boolean uts = linux != null && LinuxRules.has(linux, Namespace.Type.UTS);
    if (value != null && !value.isEmpty() && !uts) {
      findings.add(pointer, "unable to set " + what + " without a private UTS namespace");
    }
  }

  private void hooks(Hooks hooks) {
    hooks("/hooks/prestart/", hooks.prestart());
    hooks("/hooks/createRuntime/", hooks.createRuntime());
    hooks("/hooks/createContainer/", hooks.createContainer());
    hooks("/hooks/startContainer/", hooks.startContainer());
    hooks("/hooks/poststart/", hooks.poststart());
    hooks("/hooks/poststop/", hooks.poststop());
  }

  private void hooks(String pointer, List<Hook> hooks) {
    for (int i = 0; i < hooks.size(); i++) {
      if (!hooks.get(i).path().startsWith("/")) {
        findings.add(pointer + i + "/path", "must be an absolute path");
      }
    }
  }
}
