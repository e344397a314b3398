package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.ExecOptions;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The annotation {@code dev.proa.landlock}: rules for files and ports, landlock(7). */
class LandlockIT {
  private static final String NAME = "dev.proa.landlock";
  private static final String RULES = "exec:/bin;rw:/data";

  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void onlyHere() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "no other runtime has the annotation");
  }

  private Bundle bundle(String rules) {
    return box.bundle()
        .writable()
        .directory("/data")
        .directory("/other")
        .with("/annotations", Map.of(NAME, rules));
  }

  private void kernelHasIt(Result result) {
    assumeTrue(!result.stderr().contains("has no Landlock"), "the kernel has no Landlock");
  }

  @Test
  void writingOutsideIsDenied() {
    Bundle bundle =
        bundle(RULES).shell("echo in > /data/x && cat /data/x; echo out > /other/x; ls /other");

    Result result = box.run(bundle);

    kernelHasIt(result);
    assertEquals("in\n", result.stdout(), result::toString);
    assertTrue(result.stderr().contains("/other/x: Permission denied"), result::toString);
    assertTrue(result.stderr().contains("'/other': Permission denied"), result::toString);
  }

  @Test
  void withoutNoNewPrivileges() {
    Bundle bundle =
        bundle(RULES).with("/process/noNewPrivileges", false).shell("echo out > /other/x");

    Result result = box.run(bundle);

    kernelHasIt(result);
    assertTrue(result.stderr().contains("/other/x: Permission denied"), result::toString);
  }

  @Test
  void executedProcessesToo() {
    Bundle bundle = bundle(RULES).sleeping();
    Result created = box.tryCreate(bundle);
    kernelHasIt(created);
    created.succeeds();
    box.runtime().start(bundle.name()).succeeds();

    Result result =
        box.runtime().exec(bundle.name(), ExecOptions.none(), "sh", "-c", "echo out > /other/x");

    assertTrue(result.stderr().contains("/other/x: Permission denied"), result::toString);
  }

  @Test
  void aWrongRuleIsRefusedWithItsPlace() {
    Result result = box.tryCreate(bundle("ro:usr").sleeping()).exits(1);

    assertTrue(
        result
            .error()
            .matches(
                "config\\.json:\\d+:\\d+: annotations\\[\"dev.proa.landlock\"\\]: \"ro:usr\":"
                    + " \"usr\" is no absolute path"),
        result::toString);
    box.assertNothingLeft();
  }
}
