package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code ctr} on containerd: what the shim asks of a runtime, command by command. */
final class ContainerdIT {
  @RegisterExtension static final Caller CALLER = new Caller("containerd", "containerd", "ctr");

  private static Containerd containerd;

  @BeforeAll
  static void start() {
    containerd = Containerd.start(CALLER, "disabled_plugins = [\"io.containerd.grpc.v1.cri\"]");
    containerd.load(CALLER.name(), Containerd.BUSYBOX, List.of(), List.of("sh"));
  }

  @AfterAll
  static void stop() {
    containerd.close();
  }

  private static Result ctr(String... arguments) {
    return containerd.ctr(namespaced(arguments));
  }

  private static String[] namespaced(String... arguments) {
    List<String> all = new ArrayList<>(List.of("-n", CALLER.name()));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  /** {@code ctr run --rm} with more options, the container's program after {@code --}. */
  private static Result run(String... rest) {
    List<String> all = new ArrayList<>(List.of("run", "--rm", "--runc-binary"));
    all.add(CALLER.executable());
    all.addAll(List.of("--runc-root", containerd.runtimeRoot().toString()));
    all.addAll(List.of(rest));
    return ctr(all.toArray(String[]::new));
  }

  @Test
  @DisplayName("run: output and exit status 0")
  void output() {
    Result result = run(Containerd.BUSYBOX, CALLER.id(""), "echo", "hello");
    result.succeeds();
    assertEquals("hello", result.text());
  }

  @Test
  @DisplayName("run: exit status of the program")
  void exitStatus() {
    run(Containerd.BUSYBOX, CALLER.id(""), "sh", "-c", "exit 37").exits(37);
  }
}
