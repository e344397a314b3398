package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.callers.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * As many containers as a Kubernetes node has: 100 pods of two containers each, and each pod's own
 * first one. {@code -DexcludedGroups=load} leaves it out.
 */
@Tag("load")
final class NodeIT {
  @RegisterExtension static final Caller CALLER = new Caller("cri-load", "containerd", "ctr");

  private static final int PODS = 100;
  private static final int AT_ONCE = 8;
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private static CriNode node;

  @BeforeAll
  static void start() {
    node = CriNode.start(CALLER);
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  @Test
  @DisplayName("200 containers in 100 pods alive at once, 8 started at a time, all removed")
  void full() throws InterruptedException {
    long start = System.nanoTime();
    List<Callable<Pod>> starts = new ArrayList<>();
    for (int i = 0; i < PODS; i++) {
      PodSpec spec = node.spec();
      starts.add(
          () -> {
            Pod pod = node.run(spec);
            pod.start(new ContainerSpec("one", "sleep", "600"));
            pod.start(new ContainerSpec("two", "sleep", "600"));
            return pod;
          });
    }
    List<Pod> pods = all(starts);
    long up = System.nanoTime();
    Message running = new Message().with(1, new Message().with(2, new Message().with(1, 1)));
    assertEquals(
        2 * PODS, node.cri().call("ListContainers", running).messages(1).size(), "running");
    assertEquals(2 * PODS, CALLER.processes("sleep 600").size());
    long down = System.nanoTime();
    List<Callable<String>> ends = new ArrayList<>();
    for (Pod pod : pods) {
      ends.add(
          () -> {
            pod.close();
            return pod.id();
          });
    }
    all(ends);
    long end = System.nanoTime();
    CALLER.note(
        "up in %d s, down in %d s"
            .formatted(
                Duration.ofNanos(up - start).toSeconds(),
                Duration.ofNanos(end - down).toSeconds()));
    assertTrue(Duration.ofNanos(end - start).compareTo(LONGEST) < 0, "longer than " + LONGEST);
  }

  private static <T> List<T> all(List<Callable<T>> tasks) throws InterruptedException {
    try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
      List<T> results = new ArrayList<>();
      for (Future<T> each : workers.invokeAll(tasks)) {
        results.add(each.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
