package dev.proa.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.cgroup.CgroupDriver;
import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.Sysno;
import dev.proa.rehearsal.Rehearsal;
import dev.proa.rehearsal.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each call of a rehearsed {@code create}, the runtime's and init's, fails once with each errno
 * that its man page lists and that is likely: the answer names what failed, and what the runtime
 * had made is unmade. hack/faults does the same to the executable.
 */
class CreateFaultsTest {
  private static final Map<Sysno, List<Errno>> LIKELY = new EnumMap<>(Sysno.class);

  static {
    List<Errno> file = List.of(Errno.EACCES, Errno.ENOSPC, Errno.EMFILE, Errno.EROFS);
    LIKELY.put(Sysno.OPENAT, file);
    LIKELY.put(Sysno.OPENAT2, List.of(Errno.EACCES, Errno.EMFILE, Errno.ELOOP));
    LIKELY.put(Sysno.MKDIRAT, List.of(Errno.EACCES, Errno.ENOSPC, Errno.EROFS));
    LIKELY.put(Sysno.WRITE, List.of(Errno.ENOSPC, Errno.EIO, Errno.EINVAL));
    LIKELY.put(Sysno.READ, List.of(Errno.EIO));
    LIKELY.put(Sysno.RENAMEAT2, List.of(Errno.ENOSPC, Errno.EROFS));
    LIKELY.put(Sysno.CLONE3, List.of(Errno.EAGAIN, Errno.ENOMEM, Errno.EPERM, Errno.ENOSPC));
    LIKELY.put(Sysno.SOCKETPAIR, List.of(Errno.EMFILE));
    LIKELY.put(Sysno.SOCKET, List.of(Errno.EMFILE, Errno.EACCES));
    LIKELY.put(Sysno.BIND, List.of(Errno.EACCES, Errno.ENOSPC));
    LIKELY.put(Sysno.OPEN_TREE, List.of(Errno.EPERM, Errno.EMFILE, Errno.ENOMEM));
    LIKELY.put(Sysno.MOVE_MOUNT, List.of(Errno.EINVAL, Errno.ELOOP));
    LIKELY.put(Sysno.MOUNT_SETATTR, List.of(Errno.EPERM, Errno.EINVAL));
    LIKELY.put(Sysno.FSOPEN, List.of(Errno.EPERM, Errno.ENODEV));
    LIKELY.put(Sysno.FSCONFIG, List.of(Errno.EINVAL, Errno.EPERM, Errno.ENOMEM));
    LIKELY.put(Sysno.FSMOUNT, List.of(Errno.EPERM, Errno.EMFILE));
    LIKELY.put(Sysno.PIVOT_ROOT, List.of(Errno.EINVAL, Errno.EPERM));
    LIKELY.put(Sysno.MKNODAT, List.of(Errno.EPERM, Errno.ENOSPC));
    LIKELY.put(Sysno.SYMLINKAT, List.of(Errno.ENOSPC));
  }

  @TempDir Path folder;

  private record Outcome(List<Scene> scenes, RuntimeException failure) {}

  private Outcome create(Call failing, Errno errno) {
    Settings settings =
        new Settings(folder.resolve("state").toString(), CgroupDriver.CGROUPFS, null, null);
    CreateRequest request =
        new CreateRequest(
            "faulty", folder.toString(), null, null, null, false, true, 0, false, false, false);
    List<RuntimeException> failures = new ArrayList<>();
    String text = failing == null ? null : failing.toString();
    List<Scene> scenes =
        Rehearsal.of(
            new LinuxKernel(),
            rehearsed -> {
              Kernel kernel = failing == null ? rehearsed : new Failing(rehearsed, text, errno);
              Creation.prepare(kernel, settings, request).make(null, null).close();
            },
            failures::add);
    return new Outcome(scenes, failures.isEmpty() ? null : failures.getFirst());
  }

  /** Lets the first call of that text fail. */
  private static final class Failing implements Kernel {
    private final Kernel kernel;
    private final String text;
    private final Errno errno;
    private boolean failed;

    Failing(Kernel kernel, String text, Errno errno) {
      this.kernel = kernel;
      this.text = text;
      this.errno = errno;
    }

    @Override
    public long call(Call call) {
      if (!failed && call.toString().equals(text)) {
        failed = true;
        return -errno.value();
      }
      return kernel.call(call);
    }

    @Override
    public void phase(String section) {
      kernel.phase(section);
    }
  }

  @Test
  void eachCallFailsOnce() throws IOException {
    Files.createDirectory(folder.resolve("state")); // stays, as it would
    Files.createDirectories(folder.resolve("rootfs/bin"));
    Files.createFile(folder.resolve("rootfs/bin/sh")).toFile().setExecutable(true);
    new WriteSpec(new LinuxKernel()).write(folder.toString(), false);
    Path config = folder.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"terminal\": true", "\"terminal\": false"));
    Outcome whole = create(null, null);
    assertEquals(null, whole.failure);
    Set<Call> calls = new LinkedHashSet<>();
    for (Scene scene : whole.scenes) {
      scene.actions().stream()
          .map(Scene.Action::call)
          .filter(call -> LIKELY.containsKey(call.number()))
          .forEach(calls::add);
    }
    List<String> complaints = new ArrayList<>();
    int points = 0;
    int refused = 0;
    for (Call call : calls) {
      for (Errno errno : LIKELY.get(call.number())) {
        Outcome outcome = create(call, errno);
        points++;
        if (outcome.failure != null) {
          refused++;
          check(call, errno, outcome, complaints);
        }
      }
    }
    assertEquals(List.of(), complaints);
    assertTrue(points > 300 && refused > points / 2, refused + " of " + points);
  }

  private static void check(Call call, Errno errno, Outcome outcome, List<String> complaints) {
    String point = call + " = " + errno.symbol() + ": ";
    String message = outcome.failure.getMessage();
    if (message == null || !message.contains(" ")) {
      complaints.add(point + "says only " + outcome.failure);
    }
    for (String left : left(outcome.scenes.getFirst())) {
      complaints.add(point + "leaves " + left);
    }
  }

  /** The folders that the runtime made and did not remove. */
  private static List<String> left(Scene runtime) {
    List<String> made = new ArrayList<>();
    for (Scene.Action action : runtime.actions()) {
      if (action.result() < 0) {
        continue;
      }
      List<Arg> args = action.call().args();
      switch (action.call().number()) {
        case MKDIRAT -> made.add(name(args.get(1)));
        case UNLINKAT -> made.remove(name(args.get(1)));
        default -> {
          // Makes no folder.
        }
      }
    }
    return made;
  }

  /** The last part of a path: a folder is made below a descriptor and removed by its whole path. */
  private static String name(Arg path) {
    String text = path.toString();
    return text.substring(text.lastIndexOf('/') + 1).replace("\"", "");
  }
}
