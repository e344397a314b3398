package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.MountPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** config-linux.md, "Rootfs Mount Propagation". */
class RootfsPropagationIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private Bundle bundle;
  private Path inside;

  /** The root file system lies in a shared mount: there is something to propagate. */
  @BeforeEach
  void sharedMount() throws Exception {
    bundle = box.bundle().writable().sleeping();
    box.mount(bundle.rootfs(), "--bind", bundle.rootfs().toString());
    box.host("mount", "--make-shared", bundle.rootfs().toString());
    inside = Files.createDirectory(bundle.rootfs().resolve("sub"));
  }

  private MountPoint root(Container container) {
    return MountPoint.at("/", MountPoint.of(Integer.toString(container.pid())));
  }

  private boolean sees(Container container, String point) {
    return MountPoint.of(Integer.toString(container.pid())).stream()
        .anyMatch(mount -> mount.point().equals(point));
  }

  @Test
  void slaveGetsTheHostsMounts() {
    // runc takes slave for its caller's root only, rslave for all below.
    Container container = box.started(bundle.with("/linux/rootfsPropagation", "rslave"));
    assertTrue(root(container).propagation().stream().anyMatch(p -> p.startsWith("master:")));

    box.mount(inside, "-t", "tmpfs", "tmpfs");

    Poll.until("the propagated mount", () -> sees(container, "/sub"));
  }

  @Test
  void privateGetsNothing() {
    Container container = box.started(bundle.with("/linux/rootfsPropagation", "private"));

    box.mount(inside, "-t", "tmpfs", "tmpfs");

    assertFalse(sees(container, "/sub"));
    assertEquals(List.of(), root(container).propagation());
  }

  @ParameterizedTest
  @CsvSource({"shared,shared:", "unbindable,unbindable"})
  void theContainersRoot(String propagation, String shown) {
    assumeTrue(
        box.kind() != RuntimeKind.RUNC, "runc applies it to the container's root from 1.2 on");
    Container container = box.started(bundle.with("/linux/rootfsPropagation", propagation));

    List<String> fields = root(container).propagation();

    assertTrue(fields.stream().anyMatch(field -> field.startsWith(shown)), fields::toString);
    // The mount that the test made lies under it, in the host's namespace, as before.
    assertTrue(
        MountPoint.at(bundle.rootfs().toString(), MountPoint.of("self")).propagation().stream()
            .anyMatch(field -> field.startsWith("shared:")));
  }

  @Test
  void byDefaultNothingGoesToTheHost() {
    bundle
        .capabilities("CAP_SYS_ADMIN")
        .shell("mount -t tmpfs tmpfs /sub && echo up && sleep 1000");

    Container container = box.started(bundle);
    Poll.until("the mount", () -> container.stdout().equals("up\n"));

    assertTrue(sees(container, "/sub"));
    assertFalse(
        MountPoint.of("self").stream().anyMatch(mount -> mount.point().equals(inside.toString())));
  }
}
