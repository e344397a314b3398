package dev.proa.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.Bundle;
import dev.proa.conformance.Sandbox;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One operation after the other is disturbed at a sample of its system calls; with {@code
 * -Dfaults=all}, as {@code hack/faults} runs it, at each.
 */
class FaultsIT {
  private static final int SAMPLE = 22;

  @RegisterExtension final Sandbox box = new Sandbox();

  private final List<String> complaints = new ArrayList<>();
  private final Set<String> leaks = new HashSet<>();
  private Bundle bundle;
  private String id;
  private int succeeded;
  private int failed;
  private int killed;

  @Test
  void create() {
    disturb(
        "create", List.of("create", "--bundle", "BUNDLE", "--pid-file", "PIDFILE", "ID"), () -> {});
  }

  @Test
  void run() {
    disturb("run", List.of("run", "--detach", "--bundle", "BUNDLE", "ID"), () -> {});
  }

  @Test
  void start() {
    disturb("start", List.of("start", "ID"), this::makeCreated);
  }

  @Test
  void exec() {
    disturb("exec", List.of("exec", "ID", "/bin/true"), this::makeRunning);
  }

  @Test
  void update() {
    disturb("update", List.of("update", "--pids-limit", "50", "ID"), this::makeRunning);
  }

  @Test
  void kill() {
    disturb("kill", List.of("kill", "ID", "KILL"), this::makeRunning);
  }

  @Test
  void delete() {
    disturb("delete", List.of("delete", "--force", "ID"), this::makeRunning);
  }

  private void makeCreated() {
    box.runtime().raw("create", "--bundle", bundle.folder().toString(), id).exits(0);
  }

  private void makeRunning() {
    makeCreated();
    box.runtime().raw("start", id).exits(0);
  }

  private void disturb(String operation, List<String> words, Runnable before) {
    assumeTrue(box.kind() == RuntimeKind.PROA, "the points are chosen by what proa does");
    assumeTrue(Files.exists(Path.of("/usr/bin/strace")), "strace is not installed");
    bundle = box.bundle().sleeping().with("/linux/resources/pids", Map.of("limit", 100));
    bundle.write();
    id = box.owns(bundle.name(), box.runtime());
    Path pidFile = box.folder().resolve("pid");
    List<String> arguments = new ArrayList<>();
    for (String word : words) {
      arguments.add(
          switch (word) {
            case "BUNDLE" -> bundle.folder().toString();
            case "PIDFILE" -> pidFile.toString();
            case "ID" -> id;
            default -> word;
          });
    }
    List<String> command = box.runtime().commandLine(arguments);
    List<Fault> faults = points(command, before);
    assertFalse(faults.isEmpty(), "no system call was seen");
    for (Fault fault : faults) {
      before.run();
      HostFiles.deleteTree(trace());
      List<String> disturbed = new ArrayList<>(fault.strace(trace()));
      disturbed.addAll(command);
      Execution execution = box.begin(disturbed.toArray(String[]::new));
      String place = operation + ", " + fault;
      boolean answered = hasAnswered(execution, fault.children());
      if (!answered) {
        complaints.add(place + ": no answer");
        System.out.println(complaints.getLast());
        killAll();
      }
      clear(place);
      if (answered) {
        judge(operation, fault, execution.await());
      } else {
        execution.destroy();
      }
    }
    String summary =
        String.join(
            "\t",
            operation,
            Integer.toString(faults.size()),
            Integer.toString(succeeded),
            Integer.toString(failed),
            Integer.toString(killed),
            Integer.toString(leaks.size()),
            Integer.toString(complaints.size()));
    report(summary);
    assertEquals(List.of(), complaints, summary);
  }

  private Path trace() {
    return box.folder().resolve("trace");
  }

  /** Whether the runtime has ended; strace stays with its children for as long as they live. */
  private boolean hasAnswered(Execution execution, boolean children) {
    return Poll.within(
        Duration.ofSeconds(20),
        () -> !execution.isAlive() || (children && Trace.hasEnded(trace())));
  }

  private void killAll() {
    for (String each : box.left()) {
      if (each.startsWith("process ")) {
        ProcessHandle.of(Long.parseLong(each.substring(8, each.indexOf(':'))))
            .ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  private List<Fault> points(List<String> command, Runnable before) {
    before.run();
    List<String> traced =
        new ArrayList<>(List.of("strace", "-fq", "-s", "200", "-o", trace().toString()));
    traced.addAll(command);
    Execution execution = box.begin(traced.toArray(String[]::new));
    assertTrue(hasAnswered(execution, true), "no answer under strace");
    clear("the trace");
    assertEquals(0, execution.await().exit(), execution.stderr());
    List<Fault> all = new Trace(trace(), box.folder()).faults();
    if ("all".equals(System.getProperty("faults"))) {
      return all;
    }
    List<Fault> sample = new ArrayList<>();
    for (int i = 0; i < SAMPLE && i < all.size(); i++) {
      sample.add(all.get((int) ((long) i * all.size() / SAMPLE)));
    }
    return sample;
  }

  /** Whether the answer is one that a caller can live with. */
  private void judge(String operation, Fault fault, Result result) {
    if (result.exit() == 0) {
      succeeded++;
    } else if (fault.errno() == null && result.exit() == 137) { // or exec's program was
      killed++;
    } else {
      failed++;
      String text = result.stderr();
      boolean clear =
          text.contains("level=error msg=")
              && !text.contains("internal error")
              && !text.contains("Exception")
              && !text.contains("\tat ");
      int promised = operation.equals("exec") ? 255 : 1;
      if (!clear || result.exit() != promised) {
        complaints.add(operation + ", " + fault + ": exit " + result.exit() + ", " + text.strip());
      }
    }
  }

  /** Deletes what may be there; all that is left then is a leak. */
  private void clear(String after) {
    Result deleted = box.runtime().deleteForce(id);
    if (deleted.exit() != 0 || !deleted.stderr().isEmpty()) {
      complaints.add(after + ": delete --force: " + deleted.exit() + ", " + deleted.stderr());
    }
    HostFiles.deleteTree(box.folder().resolve("pid"));
    HostFiles.deleteTree(box.folder().resolve(".pid"));
    if (!Poll.within(Duration.ofSeconds(3), () -> leaks.containsAll(box.left()))) {
      for (String leak : box.left()) {
        if (leaks.add(leak)) {
          complaints.add(after + ": left: " + leak);
        }
      }
    }
  }

  private static void report(String summary) {
    System.out.println("faults\t" + summary);
    String file = System.getProperty("faults.results");
    if (file != null) {
      try {
        Files.writeString(
            Path.of(file), summary + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
