package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Standard streams and descriptors without a terminal: the container has its creator's. */
class IoIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private OciRuntime withDescriptors(String redirections) {
    return box.runtime().through("sh", "-c", "exec " + redirections + "; exec \"$@\"", "sh");
  }

  private Result run(OciRuntime runtime, Bundle bundle, int preserved) {
    return runtime.run(
        box.owns(bundle.name(), box.runtime()),
        RunOptions.of(CreateOptions.bundle(bundle.write()).withPreserveFds(preserved)));
  }

  @Test
  void stdoutAndStderrAreApart() {
    Result result = box.run(box.bundle().shell("echo out; echo err >&2")).exits(0);

    assertEquals("out\n", result.stdout());
    assertEquals("err\n", result.stderr());
  }

  @Test
  void stdinOfRun() {
    Execution run = box.beginRun(box.bundle().args("cat"));

    run.type("one\ntwo\n").closeStdin();

    assertEquals("one\ntwo\n", run.await().succeeds().stdout());
  }

  @Test
  void stdinOfCreate() {
    Path fifo = box.folder().resolve("fifo");
    box.host("mkfifo", fifo.toString());
    Bundle bundle = box.bundle().args("cat");
    Container container =
        box.create(bundle, CreateOptions.bundle(bundle.write()), withDescriptors("0<>" + fifo));

    container.start();
    HostFiles.write(fifo, "through\n");

    Poll.until("the echo", () -> container.stdout().equals("through\n"));
  }

  @Test
  void megabytesOfOutput() {
    Bundle bundle =
        box.bundle().shell("dd if=/dev/zero bs=65536 count=160 2>/dev/null | tr '\\0' x");

    assertEquals(10_485_760, box.run(bundle).succeeds().stdout().length());
  }

  @Test
  void nothingIsPrintedOnSuccess() {
    Container container = box.create(box.bundle().sleeping());
    container.start().kill("KILL").await("stopped");
    container.delete();

    assertEquals("", container.stdout());
    assertEquals("", container.stderr());
  }

  @Test
  void preservedDescriptors() {
    HostFiles.write(box.folder().resolve("three"), "third\n");
    HostFiles.write(box.folder().resolve("four"), "fourth\n");
    Bundle bundle = box.bundle().shell("cat <&3; cat <&4; ls /proc/self/fd | tr '\\n' ' '");

    Result result =
        run(withDescriptors("3<" + box.folder() + "/three 4<" + box.folder() + "/four"), bundle, 2);

    // 5 is the listing's own.
    assertEquals(List.of("third", "fourth", "0 1 2 3 4 5 "), result.succeeds().lines());
  }

  @Test
  void onlyAsManyDescriptorsAsAskedFor() {
    Bundle bundle = box.bundle().shell("ls /proc/self/fd | tr '\\n' ' '");

    Result result = run(withDescriptors("3</dev/null 4</dev/null 5</dev/null"), bundle, 1);

    assertEquals("0 1 2 3 4 ", result.succeeds().stdout());
  }

  @Test
  void otherDescriptorsOfTheCallerAreClosed() {
    Bundle bundle = box.bundle().shell("ls /proc/self/fd | tr '\\n' ' '");

    Result result = run(withDescriptors("3</dev/null 4</etc 9</"), bundle, 0);

    assertEquals("0 1 2 3 ", result.succeeds().stdout());
  }

  @Test
  void socketActivation() {
    // sd_listen_fds(3): only where LISTEN_PID is the runtime's own pid, which the exec keeps.
    Bundle bundle = box.bundle().shell("echo $LISTEN_FDS $LISTEN_PID; cat <&3");
    HostFiles.write(box.folder().resolve("three"), "third\n");
    OciRuntime activated =
        box.runtime()
            .through(
                "sh",
                "-c",
                "exec 3<" + box.folder() + "/three; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$@\"",
                "sh");

    Result result = run(activated, bundle, 0);

    assertEquals(List.of("1 1", "third"), result.succeeds().lines());
  }

  @Test
  void noNamedDescriptorsForSomeoneElse() {
    Bundle bundle = box.bundle().shell("echo \"[$LISTEN_FDS]\"; ls /proc/self/fd | tr '\\n' ' '");
    OciRuntime other =
        box.runtime()
            .through(
                "sh",
                "-c",
                "exec 3</dev/null; export LISTEN_FDS=1 LISTEN_PID=1; exec \"$@\"",
                "sh");

    assertEquals(List.of("[]", "0 1 2 3 "), run(other, bundle, 0).succeeds().lines());
  }

  @Test
  void aClosedStdinDoesNotDisturb() {
    Bundle bundle = box.bundle().args("echo", "fine");

    Result result = run(withDescriptors("0<&-"), bundle, 0);

    assertEquals("fine", result.succeeds().text());
  }

  @Test
  void detachedRunReturnsWhileTheContainerWrites() {
    Bundle bundle = box.bundle().shell("usleep 200000; echo late; sleep 1000");
    Execution run =
        box.runtime()
            .beginRun(
                box.owns(bundle.name(), box.runtime()),
                RunOptions.bundle(bundle.write()).withDetach(),
                Launcher.Stdin.NULL);
    run.await().exits(0);

    run.awaitStdout("late\n"::equals);
    assertTrue(box.runtime().state(bundle.name()).stdout().contains("\"running\""));
  }
}
