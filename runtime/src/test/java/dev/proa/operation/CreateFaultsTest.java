package dev.proa.operation;

import dev.proa.cgroup.CgroupDriver;
import dev.proa.kernel.Arg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each call of a rehearsed {@code create}, the runtime's and init's, fails once: the answer names
 * what failed, and what the runtime had made is unmade. hack/faults does the same to the
 * executable.
 */
class CreateFaultsTest extends Faults {
  @TempDir Path folder;

  @Test
  void create() throws IOException {
    Files.createDirectory(folder.resolve("state")); // stays, as it would
    Files.createDirectories(folder.resolve("rootfs/bin"));
    Files.createFile(folder.resolve("rootfs/bin/sh")).toFile().setExecutable(true);
    writeConfig(folder);
    Settings settings =
        new Settings(folder.resolve("state").toString(), CgroupDriver.CGROUPFS, null, null);
    CreateRequest request =
        new CreateRequest(
            "faulty", folder.toString(), null, null, null, false, true, 0, false, false, false);
    eachCallFailsOnce(
        "create",
        null,
        kernel -> Creation.prepare(kernel, settings, request).make(null, null).close(),
        outcome -> {
          List<String> left = left(outcome.runtime());
          if (outcome.failure() != null && !left.isEmpty()) {
            complain(outcome, "leaves " + left);
          }
        });
  }

  /** The folders that the runtime made and did not remove. */
  private static List<String> left(FaultyKernel runtime) {
    List<String> made = new ArrayList<>();
    for (FaultyKernel.Made each : runtime.made()) {
      if (each.result() < 0) {
        continue;
      }
      List<Arg> args = each.call().args();
      switch (each.call().number()) {
        case MKDIRAT -> made.add(name(args.get(1)));
        case UNLINKAT -> made.remove(name(args.get(1)));
        default -> {} // makes no folder
      }
    }
    return made;
  }

  /** The last part of a path: a folder is made below a descriptor and removed by its whole path. */
  private static String name(Arg path) {
    return name(path.toString()).replace("\"", "");
  }
}
