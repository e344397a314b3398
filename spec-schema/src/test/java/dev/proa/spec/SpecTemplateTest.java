package dev.proa.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecTemplateTest {
  private static final boolean UNIFIED = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));

  @TempDir Path bundle;

  /** What runc 1.1 writes, but for its version. */
  private String runc(String... options) throws IOException, InterruptedException {
    Path runc = Path.of("/usr/sbin/runc");
    Assumptions.assumeTrue(Files.isExecutable(runc), "no runc here");
    var command = new ArrayList<>(List.of(runc.toString(), "spec"));
    command.addAll(List.of(options));
    command.addAll(List.of("-b", bundle.toString()));
    java.lang.Process process = new ProcessBuilder(command).inheritIO().start();
    assertEquals(0, process.waitFor());
    return Files.readString(bundle.resolve("config.json"))
        .replaceFirst("\"ociVersion\": \"[^\"]*\"", "\"ociVersion\": \"1.3.0\"");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void isWhatRuncWrites() throws Exception {
    assertEquals(runc(), text(SpecTemplate.rootful(UNIFIED)));
  }

  @Test
  void isWhatRuncWritesRootless() throws Exception {
    int uid = (Integer) Files.getAttribute(bundle, "unix:uid");
    int gid = (Integer) Files.getAttribute(bundle, "unix:gid");
    assertEquals(runc("--rootless"), text(SpecTemplate.rootless(uid, gid, UNIFIED)));
  }

  @Test
  void isValid() {
    for (boolean unified : new boolean[] {true, false}) {
      assertEquals(
          unified ? 6 : 5,
          Specs.load("config.json", SpecTemplate.rootful(unified))
              .spec()
              .linux()
              .namespaces()
              .size());
      assertEquals(
          4294967294L,
          Specs.load("config.json", SpecTemplate.rootless(4294967294L, 7, unified))
              .spec()
              .linux()
              .uidMappings()
              .get(0)
              .hostID());
    }
  }
}
