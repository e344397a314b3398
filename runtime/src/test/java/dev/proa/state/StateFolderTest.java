package dev.proa.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Errno;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.LinuxKernel;
import dev.proa.spec.Hook;
import dev.proa.spec.InvalidSpecException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
  @TempDir Path dir;

  private static final ContainerState STATE =
      new ContainerState(
          "1.3.0",
          "web",
          42,
          123456789L,
          "2026-11-24T12:00:00.5Z",
          "/b",
          "/b/rootfs",
          1000,
          Map.of("k", "v \"q\""),
          "cgroupfs",
          Map.of("memory", "/sys/fs/cgroup/memory/web"),
          Map.of("pid", "/proc/42/ns/pid"),
          false,
          "/sys/fs/resctrl/web",
          List.of("/sys/fs/resctrl/web"),
          List.of(new Hook("/h", List.of("h", "x"), List.of("A=b"), 3)),
          List.of());

  private StateRoot root() {
    return new StateRoot(new LinuxKernel(), dir.resolve("deep/root").toString());
  }

  @Test
  void whatIsWrittenIsRead() {
    try (StateFolder folder = root().create("web")) {
      assertNull(folder.read(), "nothing is there before the first write");
      folder.writeIntent(STATE);
      assertEquals(STATE, folder.readIntent());
      folder.writeRecord(STATE);
      assertEquals(STATE, folder.readRecord());
      assertNull(folder.read(), "not created before the record is made the state");
      folder.commit();
      assertEquals(STATE, folder.read());
      assertNull(folder.readRecord());
      folder.writeConfig("{}".getBytes(StandardCharsets.UTF_8));
      assertEquals("{}", new String(folder.readConfig(), StandardCharsets.UTF_8));
    }
    assertEquals(List.of("web"), root().ids());
  }

  @Test
  void anIdIsTakenOnce() {
    root().create("web").close();
    assertNull(root().create("web"));
    assertNull(root().open("other"));
  }

  @Test
  void whoWritesTheIntentFirstHasTheId() {
    try (StateFolder folder = root().create("web")) {
      folder.writeIntent(STATE);
      var e = assertThrows(KernelException.class, () -> folder.writeIntent(STATE));
      assertEquals(Errno.EEXIST, e.errno());
    }
  }

  @Test
  void aLockedFolderIsBusyForOthers() {
    try (StateFolder folder = root().create("web")) {
      assertFalse(folder.isBusy(), "for whoever holds the lock");
      try (StateFolder other = root().look("web")) {
        assertTrue(other.isBusy());
        assertTrue(other.isBusy(), "asking does not take it");
      }
    }
    try (StateFolder other = root().look("web")) {
      assertFalse(other.isBusy());
    }
  }

  @Test
  void removeLeavesNothing() {
    try (StateFolder folder = root().create("web")) {
      folder.writeIntent(STATE);
      folder.remove();
    }
    assertFalse(Files.exists(dir.resolve("deep/root/web")));
    assertEquals(List.of(), root().ids());
    assertNotNull(root().create("web"));
  }

  @Test
  void aDamagedStateIsAnErrorWithItsPlace() throws Exception {
    try (StateFolder folder = root().create("web")) {
      folder.writeRecord(STATE);
      folder.commit();
      Path file = dir.resolve("deep/root/web/state.json");
      Files.writeString(file, Files.readString(file).substring(0, 40));
      var e = assertThrows(InvalidSpecException.class, folder::read);
      assertEquals(file + ":1:41", e.getMessage().substring(0, (file + ":1:41").length()));
    }
  }

  @Test
  void aPidIsTheSameProcessOnlyWithTheSameStartTime() {
    LinuxKernel kernel = new LinuxKernel();
    int pid = (int) ProcessHandle.current().pid();
    InitProcess self = InitProcess.ofChild(kernel, pid);
    assertEquals(true, self.isAlive(kernel));
    assertFalse(new InitProcess(pid, self.start() + 1).isAlive(kernel));
    assertFalse(new InitProcess(0, 0).isAlive(kernel));
    assertFalse(new InitProcess(0x3fffff, 1).isAlive(kernel));
  }
}
