package dev.proa.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Stat;
import dev.proa.kernel.Sysno;
import java.util.List;
import org.junit.jupiter.api.Test;

class PtyTest {
  private long magic = 0x1cd1;
  private long inode = 2;
  private int mode = 0020666;
  private long device = Stat.makedev(5, 2);
  private int consoleMode = 0100620;

  private final RecordingKernel kernel =
      new RecordingKernel()
          .on(
              Sysno.FSTATFS,
              call -> {
                Bytes.putLong(memory(call, 1), 0, magic);
                return 0;
              })
          .on(
              Sysno.FSTAT,
              call -> {
                boolean console = call.args().get(0).toString().contains("console");
                Bytes.putLong(memory(call, 1), 8, inode);
                Bytes.putInt(memory(call, 1), 24, console ? consoleMode : mode);
                Bytes.putLong(memory(call, 1), 40, device);
                return 0;
              })
          .on(call -> call.toString().contains("TIOCGPTPEER"), call -> 30);

  private static byte[] memory(Call call, int index) {
    return ((Arg.Memory) call.args().get(index)).bytes();
  }

  @Test
  void itIsMadeFromAVerifiedPtmx() {
    try (Pty pty = Pty.open(kernel)) {
      pty.setSize(24, 80);
      pty.bindToConsole();
      pty.attach();
    }
    assertEquals(
        List.of(
            "openat(AT_FDCWD, \"/dev/pts/ptmx\", O_RDWR|O_NOCTTY|O_NOFOLLOW|O_CLOEXEC, 0)",
            "fstat(10</dev/pts/ptmx>, [144 bytes])",
            "fstatfs(10</dev/pts/ptmx>, [120 bytes])",
            "ioctl(10</dev/pts/ptmx>, TIOCSPTLCK, [0])",
            "ioctl(10</dev/pts/ptmx>, TIOCGPTN, [4 bytes])",
            "ioctl(10</dev/pts/ptmx>, TIOCGPTPEER, O_RDWR|O_NOCTTY|O_CLOEXEC)",
            "ioctl(30</dev/pts/0>, TIOCSWINSZ, {ws_row=24, ws_col=80})",
            "mknodat(AT_FDCWD, \"/dev/console\", S_IFREG|0620, 0)",
            "openat(AT_FDCWD, \"/dev/console\", O_NOFOLLOW|O_CLOEXEC|O_PATH, 0)",
            "fstat(11</dev/console>, [144 bytes])",
            "open_tree(30</dev/pts/0>, \"\", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH)",
            "move_mount(12</dev/pts/0>, \"\", 11</dev/console>, \"\","
                + " MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)",
            "ioctl(30</dev/pts/0>, TIOCSCTTY, 0)",
            "dup3(30</dev/pts/0>, 0, 0)",
            "dup3(30</dev/pts/0>, 1, 0)",
            "dup3(30</dev/pts/0>, 2, 0)"),
        kernel.lines());
  }

  private void refused() {
    TerminalException e = assertThrows(TerminalException.class, () -> Pty.open(kernel));
    assertEquals("/dev/pts/ptmx is not the ptmx of a devpts", e.getMessage());
    assertTrue(kernel.lines().stream().noneMatch(line -> line.startsWith("ioctl")));
    assertEquals(Sysno.CLOSE, kernel.calls().getLast().number());
  }

  @Test
  void anotherFileSystemIsRefused() {
    magic = 0x9fa0;
    refused();
  }

  @Test
  void anotherInodeIsRefused() {
    inode = 3;
    refused();
  }

  @Test
  void anotherDeviceIsRefused() {
    device = Stat.makedev(1, 3);
    refused();
  }

  @Test
  void aFileIsRefused() {
    mode = 0100666;
    refused();
  }

  @Test
  void aConsoleThatIsALinkIsNotBoundOver() {
    consoleMode = 0120777;
    try (Pty pty = Pty.open(kernel)) {
      TerminalException e = assertThrows(TerminalException.class, pty::bindToConsole);
      assertEquals("/dev/console is a symbolic link", e.getMessage());
    }
    assertTrue(kernel.lines().stream().noneMatch(line -> line.startsWith("move_mount")));
  }
}
