package dev.proa.conformance;

import static java.util.Locale.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.ExecOptions;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** config.md, {@code process.apparmorProfile}; and the security modules that are not there. */
class ApparmorIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  /** All that a runtime does, and one program that it may not execute. */
  private static final String PROFILE =
      """
      profile NAME flags=(attach_disconnected,mediate_deleted) {
        file,
        network,
        unix,
        capability,
        mount,
        remount,
        umount,
        pivot_root,
        signal,
        ptrace,
        change_profile,
        audit deny /{**/,}forbidden x,
        MORE
      }
      """;

  private static boolean enabled() {
    return HostFiles.readOrEmpty(Path.of("/sys/module/apparmor/parameters/enabled"))
        .startsWith("Y");
  }

  /** With the profile that the test machine has loaded: it denies /etc/forbidden, /forbidden/**. */
  private Bundle confined() {
    assumeTrue(enabled(), "this kernel has no AppArmor");
    assumeTrue(
        HostFiles.readOrEmpty(Path.of("/sys/kernel/security/apparmor/profiles"))
            .contains("oci-test (enforce)"),
        "the profile oci-test is not loaded");
    return box.bundle()
        .writable()
        .file("/etc/forbidden", "secret\n")
        .file("/forbidden/file", "secret\n")
        .file("/etc/allowed", "open\n")
        .with("/process/apparmorProfile", "oci-test");
  }

  @Test
  void theProcessHasTheProfile() {
    Bundle bundle = confined().args("cat", "/proc/self/attr/current");

    assertEquals("oci-test (enforce)", box.output(bundle));
  }

  @Test
  void theProfileDenies() {
    Bundle bundle =
        confined()
            .shell(
                "cat /etc/allowed; cat /etc/forbidden; cat /forbidden/file; echo x > /etc/forbidden;"
                    + " mv /forbidden/file /tmp/f; echo b > /proc/sysrq-trigger; echo end");

    Result result = box.run(bundle).exits(0);

    assertEquals(List.of("open", "end"), result.lines());
    assertEquals(4, result.stderr().split("ermission denied", -1).length - 1, result::toString);
    assertEquals("secret\n", HostFiles.read(bundle.rootfs().resolve("etc/forbidden")));
  }

  @Test
  void withoutTheProfileNothingIsDenied() {
    Bundle bundle = confined().without("/process/apparmorProfile").args("cat", "/etc/forbidden");

    assertEquals("secret", box.output(bundle));
  }

  @Test
  void withNoNewPrivilegesToo() {
    for (boolean set : List.of(true, false)) {
      Bundle bundle =
          confined().with("/process/noNewPrivileges", set).args("cat", "/proc/self/attr/current");
      assertEquals("oci-test (enforce)", box.output(bundle));
    }
  }

  @Test
  void inAUserNamespace() {
    Bundle bundle =
        confined().userNamespace(100_000, 65_536).args("cat", "/proc/self/attr/current");

    assertEquals("oci-test (enforce)", box.output(bundle));
  }

  @Test
  void execHasTheProfileToo() {
    Container container = box.started(confined().sleeping());
    assumeTrue(
        box.runtime().raw("exec", "--help").exit() == 0, "this runtime has no command exec yet");

    Result profile =
        box.runtime()
            .exec(container.id(), ExecOptions.none(), "cat", "/proc/self/attr/current")
            .exits(0);
    Result denied =
        box.runtime().exec(container.id(), ExecOptions.none(), "cat", "/etc/forbidden").exits(1);

    assertEquals("oci-test (enforce)", profile.text());
    assertTrue(denied.stderr().contains("ermission denied"), denied::toString);
  }

  @Test
  void aProfileThatIsNotLoaded() {
    Bundle bundle = confined().with("/process/apparmorProfile", "no-such-profile").args("true");

    Result result = box.run(bundle);

    assertTrue(result.exit() != 0, result::toString);
    // crun does not say of what.
    assertTrue(
        box.kind() == RuntimeKind.CRUN || result.error().toLowerCase(ROOT).contains("apparmor"),
        result::toString);
    box.assertNothingLeft();
  }

  /**
   * Runs a program that the profile of the runtime itself forbids, which its init has too.
   *
   * @param more another rule of the profile
   */
  private Result runConfined(String more) {
    assumeTrue(enabled(), "this kernel has no AppArmor");
    Bundle bundle = box.bundle().file("/forbidden", "#!/bin/sh\n").args("/forbidden");
    HostFiles.mode(bundle.rootfs().resolve("forbidden"), 0755);
    String profile = box.name();
    String rules = PROFILE.replace("NAME", profile).replace("MORE", more);
    Path file = HostFiles.write(box.folder().resolve("profile"), rules);
    box.host("apparmor_parser", "--replace", "--skip-cache", file.toString());
    try {
      return box.runtime()
          .through("aa-exec", "-p", profile, "--")
          .run(box.owns(bundle.name(), box.runtime()), RunOptions.bundle(bundle.write()));
    } finally {
      box.host("apparmor_parser", "--remove", file.toString());
    }
  }

  private static List<String> hints(Result result) {
    return result.stderr().lines().filter(line -> line.startsWith("hint: ")).toList();
  }

  @Test
  void aDenialIsExplained() {
    Result result = runConfined("");

    assertTrue(result.exit() != 0, result::toString);
    assertTrue(result.error().toLowerCase(ROOT).contains("permission denied"), result::toString);
    if (box.kind() == RuntimeKind.PROA) {
      assertEquals(1, hints(result).size(), result::toString);
      String hint = hints(result).getFirst();
      assertTrue(hint.startsWith("hint: a security module says no: "), hint);
      assertTrue(hint.contains("apparmor=\"DENIED\" operation=\"exec\""), hint);
      assertTrue(hint.contains("profile=\"" + box.name() + "\" name=\"/forbidden\""), hint);
    }
    box.assertNothingLeft();
  }

  @Test
  void aDenialIsExplainedWithoutTheKernelsLog() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun have no hints");
    Result result = runConfined("deny /dev/kmsg r,");

    assertEquals(
        "exec /forbidden: permission denied", result.error().replaceFirst(".*: (exec /)", "$1"));
    assertEquals(
        List.of(
            "hint: the AppArmor profile "
                + box.name()
                + " (enforce) confines proa and what it starts",
            "hint: journalctl -k --grep=apparmor shows what it refuses"),
        hints(result));
  }

  @Test
  void aProfileWithoutAppArmor() {
    assumeTrue(!enabled(), "this kernel has AppArmor");
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun starts the container without the profile");
    Bundle bundle = box.bundle().with("/process/apparmorProfile", "oci-test");

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(
        result.error().contains("apparmor: config provided but apparmor not supported"),
        result::toString);
    box.assertNothingLeft();
  }

  @Test
  void aLabelWithoutSelinux() {
    assumeTrue(HostFiles.list(Path.of("/sys/fs/selinux")).isEmpty(), "this kernel has SELinux");
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun starts the container without the label");
    Bundle bundle = box.bundle().with("/process/selinuxLabel", "system_u:system_r:container_t:s0");

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(result.error().contains("selinux"), result::toString);
    box.assertNothingLeft();
  }
}
