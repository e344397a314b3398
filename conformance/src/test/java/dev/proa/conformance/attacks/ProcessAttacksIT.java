package dev.proa.conformance.attacks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.Bundle;
import dev.proa.conformance.Container;
import dev.proa.conformance.Sandbox;
import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.ExecOptions;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Attacks on the runtime's own processes: their descriptors, their memory, their executable. */
class ProcessAttacksIT {
  private static final int EXECS = 60;

  /** Descriptors that a runtime may have open while it makes the process. */
  private static final int DESCRIPTORS = 24;

  @RegisterExtension final Sandbox box = new Sandbox();

  /** The runtime called by somebody who leaves a folder of the host open as descriptor 7. */
  private OciRuntime leaking(Path folder) {
    return box.runtime().through("sh", "-c", "exec 7< " + folder + "; exec \"$@\"", "sh");
  }

  private Path secret() {
    return HostFiles.write(box.folder().resolve("host/secret"), "secret\n");
  }

  /** The secret's path from whatever folder of the host is the working folder. */
  private static String fromAnywhere(Path secret) {
    return "../../../../../../../.." + secret;
  }

  /** CVE-2024-21626: the working folder is a descriptor that leads to the host. */
  @Test
  void theWorkingFolderIsADescriptorOfTheRuntimes() {
    Holes.known(box, RuntimeKind.CRUN, "as runc's CVE-2024-21626");
    Path secret = secret();
    OciRuntime runtime = leaking(secret.getParent());
    Bundle bundle = box.bundle().args("cat", fromAnywhere(secret));
    box.owns(bundle.name(), runtime);

    for (int fd = 3; fd < DESCRIPTORS; fd++) {
      bundle.with("/process/cwd", "/proc/self/fd/" + fd);
      Result result = runtime.run(bundle.name(), RunOptions.bundle(bundle.write()));

      assertFalse(result.stdout().contains("secret"), result::toString);
    }
  }

  /** CVE-2024-21626: the same by {@code exec --cwd}, and through a link of the image. */
  @Test
  void theWorkingFolderOfExecIsADescriptorOfTheRuntimes() {
    Holes.known(box, RuntimeKind.CRUN, "as runc's CVE-2024-21626");
    Path secret = secret();
    OciRuntime runtime = leaking(secret.getParent());
    Bundle bundle = box.bundle().sleeping();
    HostFiles.link(bundle.rootfs().resolve("link"), "/proc/self/fd/7");
    Container container = box.started(bundle);

    for (int fd = 2; fd < DESCRIPTORS; fd++) {
      String cwd = fd == 2 ? "/link" : "/proc/self/fd/" + fd;
      ExecOptions options = new ExecOptions(null, null, cwd, false, null);
      Result result = runtime.exec(container.id(), options, "cat", fromAnywhere(secret));

      assertFalse(result.stdout().contains("secret"), result::toString);
    }
  }

  /** CVE-2024-21626: the program is reached through such a descriptor. */
  @Test
  void theProgramIsReachedThroughADescriptor() {
    Path program = HostFiles.write(box.folder().resolve("host/program"), "#!/bin/sh\necho host\n");
    HostFiles.mode(program, "rwxr-xr-x");
    OciRuntime runtime = leaking(program.getParent());
    Container container = box.started(box.bundle().sleeping());

    Result exec = runtime.exec(container.id(), ExecOptions.none(), "/proc/self/fd/7/program");
    Bundle bundle = box.bundle().args("/proc/self/fd/7/program");
    Result run = runtime.run(box.owns(bundle.name(), runtime), RunOptions.bundle(bundle.write()));

    assertEquals("", exec.stdout() + run.stdout(), () -> exec + "\n" + run);
  }

  /** CVE-2024-21626: nothing but the standard descriptors is left in the process. */
  @Test
  void noDescriptorIsLeft() {
    OciRuntime runtime = leaking(secret().getParent());
    String list = "for fd in /proc/$$/fd/*; do echo ${fd##*/}; done";
    Container container = box.started(box.bundle().sleeping());
    Bundle bundle = box.bundle().shell(list);

    Result exec = runtime.exec(container.id(), ExecOptions.none(), "sh", "-c", list);
    Result run = runtime.run(box.owns(bundle.name(), runtime), RunOptions.bundle(bundle.write()));

    // The fourth is the shell's own, on the folder that it lists.
    assertEquals(List.of("0", "1", "2", "3"), exec.succeeds().lines());
    assertEquals(List.of("0", "1", "2", "3"), run.succeeds().lines());
  }

  private static String said(Container attacker) {
    return attacker.stdout() + attacker.stderr();
  }

  /**
   * CVE-2016-9962: root of the container's user namespace, with all capabilities there, looks into
   * a process that joins the container before it has executed anything.
   */
  @Test
  void aJoiningProcessIsLookedInto() {
    Bundle bundle =
        box.bundle().userNamespace(100_000, 65_536).capabilities("CAP_SYS_PTRACE", "CAP_KILL");
    Container attacker = new Attacker(box).start(allCapabilities(bundle), "look", "/bin/busybox");

    for (int i = 0; i < EXECS; i++) {
      box.runtime().exec(attacker.id(), ExecOptions.none(), "true").succeeds();
    }

    assertEquals("looking\n", said(attacker));
  }

  /** As a user namespace's root has them: its processes may do anything to one another. */
  private static Bundle allCapabilities(Bundle bundle) {
    return bundle.capabilities(
        ("CAP_AUDIT_CONTROL CAP_AUDIT_READ CAP_AUDIT_WRITE CAP_BLOCK_SUSPEND CAP_BPF"
                + " CAP_CHECKPOINT_RESTORE CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH"
                + " CAP_FOWNER CAP_FSETID CAP_IPC_LOCK CAP_IPC_OWNER CAP_KILL CAP_LEASE"
                + " CAP_LINUX_IMMUTABLE CAP_MAC_ADMIN CAP_MAC_OVERRIDE CAP_MKNOD CAP_NET_ADMIN"
                + " CAP_NET_BIND_SERVICE CAP_NET_BROADCAST CAP_NET_RAW CAP_PERFMON CAP_SETFCAP"
                + " CAP_SETGID CAP_SETPCAP CAP_SETUID CAP_SYSLOG CAP_SYS_ADMIN CAP_SYS_BOOT"
                + " CAP_SYS_CHROOT CAP_SYS_MODULE CAP_SYS_NICE CAP_SYS_PACCT CAP_SYS_PTRACE"
                + " CAP_SYS_RAWIO CAP_SYS_RESOURCE CAP_SYS_TIME CAP_SYS_TTY_CONFIG CAP_WAKE_ALARM")
            .split(" "));
  }

  /**
   * CVE-2016-9962, for a container that joins another's pid namespace, as those of a pod may: its
   * init, which waits for the start, is looked into by a process of the same user and capabilities.
   */
  @Test
  void anInitInASharedPidNamespaceIsLookedInto() {
    Container attacker = new Attacker(box).start(box.bundle(), "look", "/bin/busybox");
    for (int i = 0; i < 10; i++) {
      Bundle other = box.bundle().namespace("pid", "/proc/" + attacker.pid() + "/ns/pid");
      Container container = box.create(other.sleeping());
      // It waits for the start, in full view of the other.
      Poll.within(Duration.ofMillis(50), () -> !said(attacker).equals("looking\n"));
      container.start().kill("KILL").await("stopped").delete();
    }

    assertEquals("looking\n", said(attacker));
  }

  /**
   * CVE-2019-5736 from inside: the container's program is the runtime itself ({@code
   * /proc/self/exe}), which another process of the container opens and overwrites. See also
   * ExecutableIT.
   */
  @Test
  void theExecutableIsOverwritten() throws IOException {
    Path copy = copyOfTheRuntime();
    byte[] before = Files.readAllBytes(copy);
    Bundle bundle = box.bundle().file("/entry", "#!/proc/self/exe\n");
    HostFiles.mode(bundle.rootfs().resolve("entry"), "rwxr-xr-x");
    // The image has the libraries that the runtime needs to run inside.
    String libraries =
        "for l in $(ldd \"$1\" | grep -o '/[^ ]*'); do cp -L --parents $l \"$2\"; done";
    box.host("sh", "-c", libraries, "sh", copy.toString(), bundle.rootfs().toString());
    Container attacker = new Attacker(box).start(bundle, "overwrite", "/bin/busybox");

    for (int i = 0; i < EXECS && !said(attacker).contains("held"); i++) {
      box.runtime().at(copy).exec(attacker.id(), ExecOptions.none(), "/entry");
    }
    // Once it holds the file it has time: it tries until nobody runs from it.
    Poll.within(Duration.ofSeconds(2), () -> said(attacker).lines().count() != 2);

    assertFalse(said(attacker).contains("OVERWRITTEN"), said(attacker));
    assertArrayEquals(before, Files.readAllBytes(copy));
  }

  /** A copy with its private folder, so that a success of the attack ruins nothing. */
  private Path copyOfTheRuntime() throws IOException {
    Path original = Path.of(box.host("which", box.runtime().executable())).toRealPath();
    Path copy = HostFiles.folder(box.folder().resolve("x/bin")).resolve("runtime");
    Files.copy(original, copy);
    for (String lib : List.of("../lib/proa", "lib/proa")) {
      Path folder = original.resolveSibling(lib).normalize();
      if (Files.isDirectory(folder)) {
        HostFiles.folder(box.folder().resolve("x/lib"));
        box.host("cp", "-rT", folder.toString(), box.folder().resolve("x/lib/proa").toString());
      }
    }
    return copy;
  }

  /**
   * CVE-2024-21626 and CVE-2016-9962 in a container that waits for its start: a process that may
   * trace finds none of the caller's descriptors in init.
   */
  @Test
  void theProcessOfACreatedContainerHasADescriptorOfTheCallers() {
    Bundle bundle = box.bundle().sleeping().capabilities("CAP_SYS_PTRACE");
    OciRuntime runtime = leaking(secret().getParent());
    Container container = box.create(bundle, CreateOptions.bundle(bundle.write()), runtime);

    Result exec =
        box.runtime().exec(container.id(), ExecOptions.none(), "cat", "/proc/1/fd/7/secret");

    assertFalse(exec.stdout().contains("secret"), exec::toString);
    assertTrue(exec.stderr().contains("No such file"), exec::toString);
    assertEquals("created", container.status());
  }
}
