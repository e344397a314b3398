package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code update}: device rules are replaced, or stay as they are. */
class UpdateDevicesIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void otherLimitsLeaveTheDevices() {
    Container container = openingFuse(true);

    box.runtime().updateFrom(container.id(), "{\"pids\": {\"limit\": 40}}").succeeds();

    assertEquals("yes", ask(container));
  }

  @Test
  void deviceRulesAreReplaced() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc leaves them as they are");
    Container container = openingFuse(false);
    assertEquals("no", ask(container));

    box.runtime()
        .updateFrom(
            container.id(),
            "{\"devices\": [{\"allow\": false, \"access\": \"rwm\"},"
                + " {\"allow\": true, \"type\": \"c\", \"major\": 10, \"minor\": 229,"
                + " \"access\": \"r\"}]}")
        .succeeds();
    assertEquals("yes", ask(container));
    // The default rules are still there.
    assertEquals("yes", ask(container, "/dev/zero"));

    box.runtime()
        .updateFrom(container.id(), "{\"devices\": [{\"allow\": false, \"access\": \"rwm\"}]}")
        .succeeds();
    assertEquals("no", ask(container));
  }

  /** A container that tells whether it can open a device, fuse, which no default rule has. */
  private Container openingFuse(boolean allowed) {
    Bundle bundle =
        box.bundle()
            .writable()
            .directory("/ask")
            .capabilities("CAP_MKNOD")
            .shell(
                "mknod /tmp/fuse c 10 229; echo up; while :; do for f in /ask/q*; do"
                    + " [ -e $f ] || continue; d=$(cat $f); n=/ask/a${f#/ask/q};"
                    + " if (exec 3<$d) 2>/dev/null; then echo yes >$n; else echo no >$n; fi;"
                    + " rm $f; done; usleep 10000; done");
    if (allowed) {
      bundle.with(
          "/linux/resources/devices/-",
          Map.of("allow", true, "type", "c", "major", 10, "minor", 229, "access", "r"));
    }
    Container container = box.started(bundle);
    Poll.until("the program", () -> container.stdout().equals("up\n"));
    return container;
  }

  private int asked;

  private String ask(Container container) {
    return ask(container, "/tmp/fuse");
  }

  private String ask(Container container, String device) {
    asked++;
    Path folder = container.bundle().rootfs().resolve("ask");
    HostFiles.write(folder.resolve("new" + asked), device + "\n");
    try {
      Files.move(folder.resolve("new" + asked), folder.resolve("q" + asked));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Poll.until(
            "the answer",
            Duration.ofSeconds(10),
            () -> HostFiles.readOrEmpty(folder.resolve("a" + asked)),
            text -> !text.isEmpty())
        .strip();
  }
}
