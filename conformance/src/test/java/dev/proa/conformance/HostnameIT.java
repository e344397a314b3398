package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.RuntimeKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** config.md, "Hostname" and "Domainname". */
class HostnameIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void hostname() {
    String before = box.host("hostname");

    assertEquals(
        "inside.example",
        box.output(box.bundle().with("/hostname", "inside.example").args("hostname")));
    assertEquals(before, box.host("hostname"));
  }

  @Test
  void withoutOneTheHostsIsSeen() {
    assertEquals(
        box.host("hostname"), box.output(box.bundle().without("/hostname").args("hostname")));
  }

  @Test
  void sixtyFourBytes() {
    String name = "h".repeat(64);

    assertEquals(name, box.output(box.bundle().with("/hostname", name).args("hostname")));
  }

  @Test
  void sixtyFiveBytesAreRefused() {
    var result = box.tryCreate(box.bundle().with("/hostname", "h".repeat(65)));

    result.exits(1);
    box.assertNothingLeft();
  }

  @Test
  void domainname() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc has it from 1.1.8 on, crun from 1.8.2 on");
    Bundle bundle =
        box.bundle()
            .with("/domainname", "inside.domain")
            .args("cat", "/proc/sys/kernel/domainname", "/proc/sys/kernel/hostname");

    assertEquals(List.of("inside.domain", "proa-it"), box.lines(bundle));
  }
}
