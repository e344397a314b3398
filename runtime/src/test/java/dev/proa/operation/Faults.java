package dev.proa.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.Sysno;
import dev.proa.rehearsal.Rehearsal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;

/**
 * Rehearses an operation once for each of its calls and each errno that the call's man page lists
 * and that is likely: that one call, the runtime's or that of a process which it makes, fails then.
 */
abstract class Faults {
  private static final Errno ENFILE = Errno.of(23);
  private static final Errno ENOLCK = Errno.of(37);
  private static final Errno EDQUOT = Errno.of(122);

  /** What is likely, by call. Calls that cannot fail, and close(2), are not there. */
  static final Map<Sysno, List<Errno>> LIKELY = new EnumMap<>(Sysno.class);

  static {
    likely(Sysno.OPENAT, Errno.EACCES, Errno.ENOSPC, Errno.EMFILE, Errno.EROFS);
    likely(Sysno.OPENAT2, Errno.EACCES, Errno.EMFILE, Errno.ELOOP);
    likely(Sysno.MKDIRAT, Errno.EACCES, Errno.ENOSPC, Errno.EROFS);
    likely(Sysno.MKNODAT, Errno.EPERM, Errno.ENOSPC);
    likely(Sysno.SYMLINKAT, Errno.ENOSPC);
    likely(Sysno.UNLINKAT, Errno.EACCES, Errno.EIO, Errno.EBUSY, Errno.EROFS);
    likely(Sysno.RENAMEAT2, Errno.ENOSPC, Errno.EROFS);
    likely(Sysno.READLINKAT, Errno.EACCES, Errno.EIO);
    likely(Sysno.WRITE, Errno.ENOSPC, Errno.EIO, Errno.EINVAL, Errno.EINTR);
    likely(Sysno.READ, Errno.EIO, Errno.EINTR);
    likely(Sysno.GETDENTS64, Errno.EIO, Errno.ENOENT);
    likely(Sysno.FSTAT, Errno.ENOMEM);
    likely(Sysno.NEWFSTATAT, Errno.EACCES, Errno.ENOMEM);
    likely(Sysno.FACCESSAT2, Errno.EACCES, Errno.EIO);
    likely(Sysno.STATFS, Errno.EACCES, Errno.EIO);
    likely(Sysno.FSTATFS, Errno.EIO, Errno.ENOMEM);
    likely(Sysno.FLOCK, ENOLCK, Errno.EINTR);
    likely(Sysno.FCNTL, Errno.EMFILE);
    likely(Sysno.DUP, Errno.EMFILE);
    likely(Sysno.DUP3, Errno.EMFILE, Errno.EBUSY);
    likely(Sysno.PIPE2, Errno.EMFILE, ENFILE);
    likely(Sysno.PPOLL, Errno.EINTR, Errno.ENOMEM);
    likely(Sysno.CHDIR, Errno.EACCES, Errno.ENOENT);
    likely(Sysno.FCHDIR, Errno.EACCES);
    likely(Sysno.CHROOT, Errno.EACCES, Errno.EPERM);
    likely(Sysno.CLONE3, Errno.EAGAIN, Errno.ENOMEM, Errno.EPERM, Errno.ENOSPC);
    likely(Sysno.EXECVE, Errno.EACCES, Errno.ENOMEM, Errno.E2BIG, Errno.ETXTBSY);
    likely(Sysno.EXECVEAT, Errno.EACCES, Errno.ENOMEM, Errno.E2BIG, Errno.ETXTBSY);
    likely(Sysno.WAIT4, Errno.ECHILD, Errno.EINTR);
    likely(Sysno.KILL, Errno.EPERM, Errno.ESRCH);
    likely(Sysno.PIDFD_OPEN, Errno.EMFILE, Errno.ESRCH, Errno.ENOMEM);
    likely(Sysno.PIDFD_SEND_SIGNAL, Errno.EPERM, Errno.ESRCH);
    likely(Sysno.SETNS, Errno.EINVAL, Errno.ENOMEM, Errno.EPERM, Errno.ESRCH);
    likely(Sysno.UNSHARE, Errno.ENOMEM, Errno.ENOSPC, Errno.EPERM);
    likely(Sysno.SOCKET, Errno.EMFILE, Errno.EACCES);
    likely(Sysno.SOCKETPAIR, Errno.EMFILE);
    likely(Sysno.BIND, Errno.EACCES, Errno.ENOSPC);
    likely(Sysno.LISTEN, Errno.of(98)); // EADDRINUSE
    likely(Sysno.CONNECT, Errno.EACCES, Errno.EAGAIN, Errno.ECONNREFUSED);
    likely(Sysno.ACCEPT4, Errno.EMFILE, Errno.ENOMEM);
    likely(Sysno.SENDTO, Errno.ECONNRESET, Errno.ENOMEM, Errno.EPIPE, Errno.EINTR);
    likely(Sysno.SENDMSG, Errno.ECONNRESET, Errno.ENOMEM, Errno.EPIPE);
    likely(Sysno.RECVFROM, Errno.ECONNRESET, Errno.ENOMEM, Errno.EINTR);
    likely(Sysno.RECVMSG, Errno.ECONNRESET, Errno.ENOMEM, Errno.EMFILE);
    likely(Sysno.OPEN_TREE, Errno.EPERM, Errno.EMFILE, Errno.ENOMEM);
    likely(Sysno.MOVE_MOUNT, Errno.EINVAL, Errno.ELOOP);
    likely(Sysno.MOUNT_SETATTR, Errno.EPERM, Errno.EINVAL);
    likely(Sysno.FSOPEN, Errno.EPERM, Errno.ENODEV);
    likely(Sysno.FSCONFIG, Errno.EINVAL, Errno.EPERM, Errno.ENOMEM);
    likely(Sysno.FSMOUNT, Errno.EPERM, Errno.EMFILE);
    likely(Sysno.PIVOT_ROOT, Errno.EINVAL, Errno.EPERM);
    likely(Sysno.UMOUNT2, Errno.EBUSY, Errno.EPERM);
    likely(Sysno.BPF, Errno.EPERM, Errno.ENOMEM, Errno.EINVAL);
    likely(Sysno.SECCOMP, Errno.EINVAL, Errno.ENOMEM);
    likely(Sysno.KEYCTL, Errno.EACCES, EDQUOT, Errno.EPERM);
    likely(Sysno.CAPSET, Errno.EPERM);
    likely(Sysno.PRLIMIT64, Errno.EPERM);
    likely(Sysno.SETRESUID, Errno.EAGAIN, Errno.EPERM);
    likely(Sysno.SETRESGID, Errno.EPERM);
    likely(Sysno.SETGROUPS, Errno.ENOMEM, Errno.EPERM);
    likely(Sysno.SETHOSTNAME, Errno.EPERM);
    likely(Sysno.SIGNALFD4, Errno.EMFILE, Errno.ENOMEM);
  }

  private static void likely(Sysno call, Errno... errnos) {
    LIKELY.put(call, List.of(errnos));
  }

  /**
   * One rehearsal.
   *
   * @param point what failed, or null
   * @param failure what the operation threw, or null
   * @param runtime the runtime's own calls
   * @param host the machine after the runtime's calls
   * @param points all calls, of all processes
   */
  record Outcome(
      FaultyKernel.Point point,
      Errno errno,
      RuntimeException failure,
      FaultyKernel runtime,
      ContainerHost host,
      List<FaultyKernel.Point> points) {

    /** Whether the fault is that a process has ended meanwhile, which the host does not play. */
    boolean saysThatItEnded() {
      return point.call().number() == Sysno.KILL && errno.equals(Errno.ESRCH);
    }

    @Override
    public String toString() {
      return (point.process().isEmpty() ? "" : "process " + point.process() + ": ")
          + point.call()
          + " = "
          + errno.symbol();
    }
  }

  private final List<String> complaints = new ArrayList<>();
  private String name;

  /**
   * Rehearses it with that fault.
   *
   * @param host the machine, or null for the one at hand
   */
  static Outcome rehearse(
      ContainerHost host, FaultyKernel.Point point, Errno errno, Consumer<Kernel> operation) {
    List<FaultyKernel> kernels = new ArrayList<>();
    List<ContainerHost> hosts = new ArrayList<>();
    List<RuntimeException> failures = new ArrayList<>();
    Rehearsal.of(
        new LinuxKernel(),
        rehearsed -> {
          ContainerHost copy = host == null ? null : host.over(rehearsed);
          FaultyKernel kernel = new FaultyKernel(copy == null ? rehearsed : copy, point, errno);
          hosts.add(copy);
          kernels.add(kernel);
          operation.accept(kernel);
        },
        failures::add);
    List<FaultyKernel.Point> points = new ArrayList<>();
    kernels.forEach(kernel -> points.addAll(kernel.points()));
    RuntimeException failure = failures.isEmpty() ? null : failures.getFirst();
    return new Outcome(point, errno, failure, kernels.getFirst(), hosts.getFirst(), points);
  }

  /** Writes the config that {@code proa spec} writes, without a terminal; its text. */
  static String writeConfig(Path folder) throws IOException {
    new WriteSpec(new LinuxKernel()).write(folder.toString(), false);
    Path config = folder.resolve("config.json");
    String text = Files.readString(config).replace("\"terminal\": true", "\"terminal\": false");
    Files.writeString(config, text);
    return text;
  }

  /** The last part of a path. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Lets each call fail once with each errno, and has the outcomes judged. */
  void eachCallFailsOnce(
      String name, ContainerHost host, Consumer<Kernel> operation, Consumer<Outcome> judge) {
    this.name = name;
    Outcome whole = rehearse(host, null, null, operation);
    assertEquals(null, whole.failure, name);
    assertEquals(Map.of(), whole.runtime.leftOpen(), name);
    int points = 0;
    int refused = 0;
    for (FaultyKernel.Point point : whole.points) {
      for (Errno errno : LIKELY.getOrDefault(point.call().number(), List.of())) {
        Outcome outcome = rehearse(host, point, errno, operation);
        points++;
        refused += outcome.failure == null ? 0 : 1;
        judgeMessage(outcome);
        judgeDescriptors(outcome);
        judge.accept(outcome);
      }
    }
    if (System.getProperty("v") != null) {
      System.out.println(name + ": " + points + " points, " + refused + " refused");
    }
    assertTrue(points > 10 && refused > 0, name + ": " + refused + " of " + points);
  }

  @AfterEach
  void nothingToComplainOf() {
    assertEquals("", String.join("\n", complaints));
  }

  /** Notes what is wrong. */
  void complain(Outcome outcome, String text) {
    complaints.add(name + ": " + outcome + ": " + text + " (" + outcome.failure + ")");
  }

  /** What some errnos mean, said in words that callers know: no call is in them. */
  private static final List<String> KNOWN =
      List.of(
          "container not running",
          "cannot exec in a stopped container",
          "cannot start an already running container",
          "init has ended before it executed the process");

  /** It is a sentence with the call or the file of it in it. */
  private void judgeMessage(Outcome outcome) {
    if (outcome.failure == null || outcome.saysThatItEnded()) {
      return;
    }
    String message = outcome.failure.getMessage();
    if (message == null || !message.contains(" ") || message.matches("(.*[: ])?null\\b.*")) {
      complain(outcome, "says nothing");
    } else if (!names(message, outcome.point.call())) {
      complain(outcome, "does not say what failed");
    }
  }

  private static boolean names(String message, Call call) {
    if (message.contains(call.number().toString())
        || KNOWN.stream().anyMatch(message::startsWith)) {
      return true;
    }
    for (Arg arg : call.args()) {
      String text = arg instanceof Arg.Text path ? path.value() : "";
      if (arg instanceof Arg.Value value && value.descriptor()) {
        text = value.text();
      }
      if (text.equals(".") && message.contains("/")) {
        return true; // a folder, which is named by its path
      }
      String last = name(text);
      if (last.length() > 1 && message.contains(last)) {
        return true;
      }
    }
    return false;
  }

  private void judgeDescriptors(Outcome outcome) {
    Map<Long, Call> left = outcome.runtime.leftOpen();
    if (!left.isEmpty()) {
      complain(outcome, "leaves open " + left);
    }
  }
}
