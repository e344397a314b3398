package dev.proa.rehearsal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.handshake.Channel;
import dev.proa.handshake.Message;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.PathCalls;
import dev.proa.kernel.ProcessCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
  @TempDir Path folder;

  private static List<Scene> rehearse(Consumer<Kernel> code) {
    return Rehearsal.of(
        new LinuxKernel(),
        code,
        e -> {
          throw e;
        });
  }

  @Test
  void whatIsMadeIsThereAfterwardsAndNotOnTheMachine() {
    String place = folder.resolve("a").toString();
    rehearse(
        kernel -> {
          FileCalls files = new FileCalls(kernel);
          assertTrue(files.mkdirIfAbsent(Fd.CWD, place, 0755));
          assertTrue(!files.mkdirIfAbsent(Fd.CWD, place, 0755));
          files.open(Fd.CWD, place + "/f", FileCalls.O_WRONLY | FileCalls.O_CREAT, 0644).close();
          assertTrue(files.stat(Fd.CWD, place + "/f").isRegular());
          assertEquals(List.of("f"), files.list(Fd.CWD, place));
          files.unlink(Fd.CWD, place + "/f");
          assertNull(files.stat(Fd.CWD, place + "/f"));
        });
    assertTrue(Files.notExists(Path.of(place)));
  }

  @Test
  void filesOfTheMachineAreRead() throws IOException {
    Files.writeString(folder.resolve("f"), "content");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("f"));
    rehearse(
        kernel -> {
          byte[] text = new FileCalls(kernel).readFile(Fd.CWD, folder.resolve("link").toString());
          assertEquals("content", new String(text, StandardCharsets.UTF_8));
        });
  }

  @Test
  void aMountCoversWhatIsBelow() throws IOException {
    Files.createDirectories(folder.resolve("root/sub/below"));
    Files.createSymbolicLink(folder.resolve("root/up"), Path.of("/../sub"));
    rehearse(
        kernel -> {
          FileCalls files = new FileCalls(kernel);
          MountCalls mounts = new MountCalls(kernel);
          int path = FileCalls.O_PATH | FileCalls.O_DIRECTORY;
          Fd root = files.open(folder.resolve("root").toString(), path);
          Fd tmpfs = mounts.fsmount(mounts.fsopen("tmpfs"), 0);
          mounts.moveMount(tmpfs, open(kernel, root, "sub"));
          // Through a link that the root confines: to the new mount, which is empty.
          Fd sub = open(kernel, root, "up");
          assertEquals(0x01021994L, mounts.statfs(sub).type());
          assertEquals(List.of(), files.list(sub, "."));
          kernel.must(ProcessCalls.fchdir(root));
          mounts.pivotRoot(".", ".");
          kernel.must(ProcessCalls.chdir("/up"));
          assertEquals("/sub", new ProcessCalls(kernel).getcwd());
        });
    assertTrue(Files.exists(folder.resolve("root/sub/below")));
  }

  private static Fd open(Kernel kernel, Fd root, String path) {
    return new PathCalls(kernel).open(root, path, FileCalls.O_PATH, 0, PathCalls.RESOLVE_IN_ROOT);
  }

  @Test
  void eachCloneIsPlayedAndHeard() {
    List<Scene> scenes =
        rehearse(
            kernel -> {
              kernel.phase("first");
              Channel.Pair pair = Channel.pair(kernel);
              ProcessCalls processes = new ProcessCalls(kernel);
              if (processes.fork() == 0) {
                kernel.phase("hooks.of");
                if (processes.fork() == 0) {
                  kernel.call(ProcessCalls.execve("/hook", List.of(), List.of()));
                }
                pair.init().send(Message.Type.READY, "done");
                kernel.call(ProcessCalls.execve("/program", List.of(), List.of()));
                throw new AssertionError("execve came back");
              }
              assertEquals("done", pair.runtime().expect(Message.Type.READY));
              kernel.must(ProcessCalls.setsid());
            });
    assertEquals(List.of("proa", "stage", "hooks.of"), scenes.stream().map(Scene::name).toList());
    assertEquals("setsid()", scenes.getFirst().actions().getLast().call().toString());
    assertEquals(
        "execve(\"/program\", [], [])", scenes.get(1).actions().getLast().call().toString());
    assertEquals("hooks.of", scenes.get(1).actions().getLast().section());
  }

  @Test
  void aFailureEndsIt() {
    String[] failure = new String[1];
    List<Scene> scenes =
        Rehearsal.of(
            new LinuxKernel(),
            kernel -> new FileCalls(kernel).open(folder + "/none", FileCalls.O_RDONLY),
            e -> failure[0] = e.getMessage());
    assertTrue(failure[0].endsWith("no such file or directory"), failure[0]);
    assertEquals(1, scenes.size());
  }
}
