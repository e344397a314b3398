package dev.proa.conformance.callers.podman;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.host.CgroupFiles;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.MountPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** podman's pods: containers that share the namespaces of a first one. */
final class PodIT {
  @RegisterExtension static final Caller CALLER = new Caller("podman-pods", "podman", "conmon");

  private static Podman podman;

  @BeforeAll
  static void start() {
    podman = Podman.root(CALLER);
    CALLER.cleanUp(podman::removeAll);
  }

  /**
   * podman 4.3 makes a pod's cgroup, and removes it, in the controllers' hierarchies only. Its
   * namesake in the one of systemd comes with the first container, of whichever runtime, and stays.
   */
  @AfterEach
  void removeWhatPodmanLeaves() {
    for (String parent : List.of(CALLER.name(), "libpod_parent")) {
      CALLER.run(
          "sh", "-c", "rmdir /sys/fs/cgroup/systemd/" + parent + "/????????????????* 2> /dev/null");
    }
    CALLER.run("sh", "-c", "rmdir /sys/fs/cgroup/systemd/libpod_parent 2> /dev/null");
  }

  private static String pod(String... options) {
    String name = CALLER.id("p");
    List<String> line =
        new ArrayList<>(List.of("pod", "create", "--name", name, "--network", "none"));
    line.addAll(List.of("--cgroup-parent", "/" + CALLER.name()));
    line.addAll(List.of(options));
    podman.run(line.toArray(String[]::new)).exits(0);
    return name;
  }

  @Test
  @DisplayName("two containers of a pod: hostname and network are shared, localhost answers")
  void network() {
    String pod = pod("--hostname", "pod");
    List<String> in = List.of("--pod", pod);
    podman.start(
        CALLER.id("s"),
        in,
        "sh",
        "-c",
        "echo page > /tmp/page; exec httpd -f -p 127.0.0.1:8080 -h /tmp");
    String script = "hostname; until wget -q -O - http://127.0.0.1:8080/page; do sleep 0.2; done";
    assertEquals("pod\npage", podman.rm(in, "sh", "-c", script).exits(0).text());
    podman.run("pod", "stop", "-t", "0", pod).exits(0);
    podman.run("pod", "rm", pod).exits(0);
  }

  @Test
  @DisplayName("pod create --share pid: a container sees the others' processes")
  void pids() {
    String pod = pod("--share", "pid,ipc,uts");
    List<String> in = List.of("--pod", pod);
    podman.start(CALLER.id("s"), in, "sleep", "666");
    assertEquals("1", podman.rm(in, "sh", "-c", "ps | grep -c '[s]leep 666'").exits(0).text());
    podman.run("pod", "rm", "-f", "-t", "0", pod).exits(0);
  }

  @Test
  @DisplayName("pod pause, unpause, stats, restart")
  void together() {
    String pod = pod();
    String name = CALLER.id("s");
    podman.start(name, List.of("--pod", pod), "sleep", "600");
    podman.run("pod", "pause", pod).exits(0);
    assertEquals("paused", podman.inspect(name, ".State.Status"));
    podman.run("pod", "unpause", pod).exits(0);
    int before = podman.pid(name);
    String stats = podman.line().output("pod", "stats", "--no-stream", pod);
    assertEquals(3, stats.lines().count(), stats);
    podman.run("pod", "kill", pod).exits(0);
    podman.run("pod", "start", pod).exits(0);
    assertTrue(before != podman.pid(name));
    podman.run("pod", "rm", "-f", "-t", "0", pod).exits(0);
  }

  @Test
  @DisplayName("kube play, kube down: two containers, a limit, a shared volume")
  void kube() {
    String pod = CALLER.id("k");
    Path file =
        HostFiles.write(
            CALLER.folder().resolve("pod.yaml"),
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: %1$s
            spec:
              volumes:
              - name: shared
                emptyDir: {}
              containers:
              - name: writer
                image: %2$s
                command: ["sh", "-c", "echo page > /shared/page; exec sleep 600"]
                resources:
                  limits:
                    memory: 64Mi
                volumeMounts:
                - {name: shared, mountPath: /shared}
              - name: reader
                image: %2$s
                command: ["sh", "-c", "until cat /shared/page; do sleep 0.1; done; exec sleep 600"]
                securityContext:
                  runAsUser: 1000
                  readOnlyRootFilesystem: true
                volumeMounts:
                - {name: shared, mountPath: /shared}
            """
                .formatted(pod, Podman.BUSYBOX));
    podman.run("kube", "play", "--network", "none", file.toString()).exits(0);
    int writer = podman.pid(pod + "-writer");
    assertEquals(
        "67108864", CgroupFiles.of(writer).read("memory", "memory.limit_in_bytes", "memory.max"));
    Poll.until("the page", () -> podman.run("logs", pod + "-reader").text().equals("page"));
    assertEquals("1000", podman.run("exec", pod + "-reader", "id", "-u").exits(0).text());
    String id = podman.line().output("pod", "inspect", "--format", "{{.ID}}", pod);
    podman.run("kube", "down", file.toString()).exits(0);
    podman.run("volume", "prune", "-f").exits(0);
    // kube play takes no --cgroup-parent: its pods are below podman's own.
    for (MountPoint mount : MountPoint.of("self")) {
      if (mount.type().startsWith("cgroup")) {
        Path parent = Path.of(mount.point(), "libpod_parent");
        boolean systemd = parent.startsWith("/sys/fs/cgroup/systemd");
        assertTrue(systemd || !Files.exists(parent.resolve(id)), () -> parent + "/" + id);
        CALLER.run("sh", "-c", "rmdir " + parent + "/conmon " + parent + " 2> /dev/null");
      }
    }
  }
}
