package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.LandlockCalls;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LandlockTest {
  private static Landlock plan(String rules) {
    return Landlock.plan(Map.of(Landlock.ANNOTATION, rules));
  }

  /** A kernel of that version; what is named bin is a file, all else a folder. */
  private static RecordingKernel kernel(int abi) {
    boolean[] file = {false};
    return new RecordingKernel()
        .on(Sysno.LANDLOCK_CREATE_RULESET, call -> call.args().get(0) == Arg.NULL ? abi : 99)
        .on(
            Sysno.OPENAT2,
            call -> {
              file[0] = call.args().get(1).toString().contains("bin");
              return 50;
            })
        .on(
            call -> call.number() == Sysno.FSTAT || call.number() == Sysno.NEWFSTATAT,
            call -> {
              for (Arg arg : call.args()) {
                if (arg instanceof Arg.Memory stat) {
                  Bytes.putInt(stat.bytes(), 24, file[0] ? FileCalls.S_IFREG : FileCalls.S_IFDIR);
                }
              }
              return 0;
            });
  }

  private static List<String> calls(RecordingKernel kernel, String rules) {
    Inside inside = new Inside(kernel, new Rootfs(kernel, new Fd(kernel, 3, "/")), null);
    Landlock landlock = plan(rules);
    landlock.prepare().apply(inside);
    landlock.restrict().apply(inside);
    return kernel.lines().stream().filter(line -> line.startsWith("landlock")).toList();
  }

  @Test
  void theCalls() {
    assertEquals(
        List.of(
            "landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION)",
            "landlock_create_ruleset({handled_access_fs=0xffff, handled_access_net=0x1}, 16, 0)",
            "landlock_add_rule(99, LANDLOCK_RULE_PATH_BENEATH,"
                + " {allowed_access=0xc, parent_fd=50}, 0)",
            "landlock_add_rule(99, LANDLOCK_RULE_PATH_BENEATH,"
                + " {allowed_access=0x5, parent_fd=50}, 0)",
            "landlock_add_rule(99, LANDLOCK_RULE_PATH_BENEATH,"
                + " {allowed_access=0xfffe, parent_fd=50}, 0)",
            "landlock_add_rule(99, LANDLOCK_RULE_NET_PORT, {allowed_access=0x1, port=8080}, 0)",
            "landlock_restrict_self(99, 0)"),
        strip(calls(kernel(7), "ro:/usr;exec:/bin/x; rw:/data;net.bind:8080")));
  }

  /** Without the names that strace -y adds to descriptors. */
  private static List<String> strip(List<String> lines) {
    return lines.stream().map(line -> line.replaceAll("<[^>]*>", "")).toList();
  }

  @Test
  void anOldKernelGetsTheRightsThatItKnows() {
    List<String> lines = strip(calls(kernel(1), "rw:/data"));

    assertEquals("landlock_create_ruleset({handled_access_fs=0x1fff}, 8, 0)", lines.get(1));
    assertTrue(lines.get(2).contains("{allowed_access=0x1ffe, parent_fd=50}"), lines::toString);
  }

  @Test
  void portsAloneLeaveFilesAlone() {
    assertEquals(
        "landlock_create_ruleset({handled_access_fs=0x0, handled_access_net=0x2}, 16, 0)",
        calls(kernel(4), "net.connect:").get(1));
  }

  @Test
  void noAnnotationIsNoStep() {
    assertNull(Landlock.plan(Map.of("other", "ro:/")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``            | has no rule
          ;             | has no rule
          /usr          | "/usr" is no rule: must be ro, rw, exec, net.bind or net.connect
          ro            | "ro": "" is no absolute path
          ro:usr        | "ro:usr": "usr" is no absolute path
          ro:/usr,      | "ro:/usr,": "" is no absolute path
          net.bind:http | "net.bind:http": "http" is no port, 0 to 65535
          net.bind:65536| "net.bind:65536": "65536" is no port, 0 to 65535
          """)
  void whatCannotBeUnderstood(String rules, String message) {
    assertEquals(message, assertThrows(SetupException.class, () -> plan(rules)).getMessage());
  }

  @Test
  void aKernelThatCannotIsRefused() {
    Landlock ports = plan("net.bind:1");
    RecordingKernel without =
        new RecordingKernel().fail(Sysno.LANDLOCK_CREATE_RULESET, Errno.EOPNOTSUPP);

    assertEquals(
        "this kernel has no Landlock, or was started without (lsm=)",
        assertThrows(SetupException.class, () -> ports.check(without)).getMessage());
    assertEquals(
        "this kernel's Landlock has no rules for ports (Linux 6.7)",
        assertThrows(SetupException.class, () -> ports.check(kernel(3))).getMessage());
    ports.check(kernel(4));
    plan("ro:/").check(kernel(1));
  }

  /** Rules bind the thread that takes them on, and this one ends with the test. */
  @Test
  void theKernelHoldsToThem(@TempDir Path inside, @TempDir Path outside) throws Exception {
    Kernel kernel = new LinuxKernel();
    assumeTrue(new LandlockCalls(kernel).abi() > 0, "this kernel has no Landlock");
    List<String> results = new ArrayList<>();
    Thread bound =
        new Thread(
            () -> {
              FileCalls files = new FileCalls(kernel);
              Fd root = files.open("/", FileCalls.O_PATH | FileCalls.O_DIRECTORY);
              Inside where = new Inside(kernel, new Rootfs(kernel, root), null);
              Landlock landlock = plan("ro:/;rw:" + inside);
              landlock.prepare().apply(where);
              NoNewPrivileges.plan(true).apply(where);
              landlock.restrict().apply(where);
              for (Path folder : List.of(inside, outside)) {
                try {
                  files.writeFile(Fd.CWD, folder + "/x", new byte[1]);
                  results.add("written");
                } catch (KernelException e) {
                  results.add(e.errno().toString());
                }
              }
            });

    Files.createFile(inside.resolve("x"));
    Files.createFile(outside.resolve("x"));
    bound.start();
    bound.join();

    assertEquals(List.of("written", Errno.EACCES.toString()), results);
  }
}
