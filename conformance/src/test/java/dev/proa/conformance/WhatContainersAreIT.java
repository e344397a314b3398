package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.MountPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What containers are, as tests: the list of their names is the description. */
@DisplayName("What containers are")
class WhatContainersAreIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static List<Path> processes() {
    return HostFiles.list(Path.of("/proc")).stream()
        .filter(path -> Character.isDigit(path.getFileName().toString().charAt(0)))
        .toList();
  }

  /** The host's pid of the process with this command line, once it is there. */
  private static int hostPid(String commandLine) {
    return Poll.until(
        commandLine,
        Duration.ofSeconds(20),
        () -> {
          for (Path process : processes()) {
            String line = HostFiles.readOrEmpty(process.resolve("cmdline")).replace('\0', ' ');
            if (line.strip().equals(commandLine)) {
              return Integer.parseInt(process.getFileName().toString());
            }
          }
          return 0;
        },
        pid -> pid != 0);
  }

  /** The values of a field of /proc/PID/status. */
  private static List<String> status(int pid, String field) {
    return HostFiles.read("/proc/" + pid + "/status")
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .flatMap(line -> List.of(line.substring(field.length() + 1).strip().split("\\s+")).stream())
        .toList();
  }

  /** Runs a host command in one namespace of a container. */
  private String in(Container container, String namespace, String... command) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "nsenter", "--" + namespace + "=/proc/" + container.pid() + "/ns/" + namespace));
    all.addAll(List.of(command));
    return box.host(all.toArray(String[]::new));
  }

  // Processes

  @Test
  @DisplayName("Processes of one container cannot see those of another, and bear the same pids")
  void processesAreApart() {
    String script = "ps -o pid,args; echo \"I am $$\"; exec sleep ";
    Container one = box.saying(box.bundle(), script + "71001", "I am");
    Container other = box.saying(box.bundle(), script + "71002", "I am");

    for (Container container : List.of(one, other)) {
      assertTrue(container.stdout().contains("I am 1\n"), container::stdout);
      assertFalse(container.stdout().contains("I am 2"), container::stdout);
      assertEquals(
          List.of(Integer.toString(container.pid()), "1"), status(container.pid(), "NSpid"));
    }
    assertFalse(other.stdout().contains("71001"), other::stdout);
    assertNotEquals(one.pid(), other.pid());
  }

  @Test
  @DisplayName("One process has several pids, one for each pid namespace that it is in")
  void oneProcessHasSeveralPids() {
    Container container =
        box.saying(
            box.bundle().capabilities("CAP_SYS_ADMIN", "CAP_KILL"),
            "unshare -p -f sh -c 'echo inner $$; exec sleep 71003' & "
                + "while ! ps -o pid,args | grep -q '[0-9] sleep 7100[3]'; do usleep 10000; done; "
                + "ps -o pid,args | grep '[0-9] sleep 7100[3]'; echo seen; wait",
            "seen");

    List<String> pids = status(hostPid("sleep 71003"), "NSpid");

    assertEquals(3, pids.size(), pids::toString);
    assertEquals(Integer.toString(hostPid("sleep 71003")), pids.get(0));
    assertTrue(container.stdout().contains(pids.get(1) + " sleep 71003"), container::stdout);
    assertEquals("1", pids.get(2));
    assertTrue(container.stdout().contains("inner 1\n"), container::stdout);
  }

  // The network

  @Test
  @DisplayName("Each network namespace has its own devices, addresses and routes")
  void networksAreApart() {
    String show = "ip link; ip addr; ip route show table all";
    Container one =
        box.saying(
            box.bundle().capabilities("CAP_NET_ADMIN"),
            "ip link add proadev type veth && ip addr add 10.71.0.1/24 dev lo && "
                + "ip route add 10.72.0.0/24 dev lo && "
                + show
                + "; echo shown; exec sleep 1000",
            "shown");
    Container other = box.saying(box.bundle(), show + "; echo shown; exec sleep 1000", "shown");

    String host = box.host("ip", "link") + box.host("ip", "addr") + box.host("ip", "route");
    for (String mark : List.of("proadev", "10.71.0.1/24", "10.72.0.0/24")) {
      assertTrue(one.stdout().contains(mark), () -> mark + " in " + one.stdout() + one.stderr());
      assertFalse(other.stdout().contains(mark), other::stdout);
      assertFalse(host.contains(mark), host);
    }
  }

  @Test
  @DisplayName("Each network namespace has its own ports: two containers listen on port 80 at once")
  void portsAreApart() {
    List<Container> listening = new ArrayList<>();
    for (String name : List.of("first", "second")) {
      Bundle bundle =
          box.bundle()
              .file("/srv/who", name)
              .capabilities("CAP_NET_BIND_SERVICE")
              .shell("httpd -p 80 -h /srv && wget -q -O - http://127.0.0.1/who; exec sleep 1000");
      listening.add(box.started(bundle));
    }

    Poll.until("an answer", () -> listening.get(0).stdout().equals("first"));
    Poll.until("an answer", () -> listening.get(1).stdout().equals("second"));
    for (Container container : listening) {
      String sockets = container.proc("net/tcp") + container.proc("net/tcp6");
      assertTrue(sockets.contains(":0050 "), sockets);
    }
  }

  // Mounts

  @Test
  @DisplayName("Mounts made inside are not seen outside")
  void mountsAreApart() {
    Bundle bundle = box.bundle().capabilities("CAP_SYS_ADMIN");
    Container one =
        box.saying(
            bundle,
            "mount -t tmpfs inside /mnt && echo x > /mnt/inside && echo mounted; exec sleep 1000",
            "mounted");
    Container other =
        box.saying(
            box.bundle().mount("/mnt", "none", bundle.rootfs() + "/mnt", "bind"),
            "ls /mnt; echo listed; exec sleep 1000",
            "listed");

    assertTrue(one.proc("mountinfo").contains(" /mnt "));
    assertEquals("listed\n", other.stdout());
    assertEquals(List.of(), HostFiles.list(bundle.rootfs().resolve("mnt")));
    assertFalse(HostFiles.read("/proc/self/mountinfo").contains(bundle.rootfs() + "/mnt"));
  }

  @Test
  @DisplayName("Shared mounts are where propagation says: both ways, inwards only, or not at all")
  void sharedMountsAreWherePropagationSays() {
    Map<String, List<Boolean>> expected =
        Map.of(
            "rshared", List.of(true, true),
            "rslave", List.of(false, true),
            "rprivate", List.of(false, false));
    expected.forEach(
        (propagation, outAndIn) -> {
          String root = propagation.equals("rshared") ? "shared" : "rslave";
          Path shared = HostFiles.folder(box.folder().resolve(propagation));
          box.mount(shared, "-t", "tmpfs", "tmpfs");
          box.host("mount", "--make-shared", shared.toString());
          Path outside = HostFiles.folder(shared.resolve("outside"));
          Path inside = HostFiles.folder(shared.resolve("inside"));
          Container container =
              box.saying(
                  box.bundle()
                      .capabilities("CAP_SYS_ADMIN")
                      // As Docker does: what the runtime cuts off here, no mount gets back.
                      .with("/linux/rootfsPropagation", root)
                      .mount("/mnt", "none", shared.toString(), "rbind", propagation),
                  "mount -t tmpfs fromInside /mnt/inside && echo mounted; exec sleep 1000",
                  "mounted");
          box.mount(outside, "-t", "tmpfs", "fromOutside");

          List<MountPoint> host = MountPoint.of("self");
          List<MountPoint> within = MountPoint.of(Integer.toString(container.pid()));

          assertEquals(
              outAndIn,
              List.of(has(host, inside.toString()), has(within, "/mnt/outside")),
              propagation);
          if (outAndIn.getFirst()) {
            box.host("umount", inside.toString());
          }
        });
  }

  private static boolean has(List<MountPoint> mounts, String point) {
    return mounts.stream().anyMatch(mount -> mount.point().equals(point));
  }

  // Names

  @Test
  @DisplayName("Host name and domain name are private")
  void namesArePrivate() {
    List<Container> named = new ArrayList<>();
    String own = box.host("uname", "-n") + box.host("cat", "/proc/sys/kernel/domainname");
    for (String name : List.of("first", "second")) {
      named.add(
          box.saying(
              box.bundle()
                  .capabilities("CAP_SYS_ADMIN")
                  .with("/linux/readonlyPaths", List.of())
                  .with("/hostname", "h-" + name),
              "echo d-"
                  + name
                  + " > /proc/sys/kernel/domainname; hostname; cat /proc/sys/kernel/domainname; "
                  + "hostname changed-"
                  + name
                  + "; echo named; exec sleep 1000",
              "named"));
    }

    assertEquals("h-first\nd-first\nnamed\n", named.get(0).stdout());
    assertEquals("h-second\nd-second\nnamed\n", named.get(1).stdout());
    assertEquals("changed-first", in(named.get(0), "uts", "uname", "-n"));
    assertEquals("changed-second", in(named.get(1), "uts", "uname", "-n"));
    assertEquals(own, box.host("uname", "-n") + box.host("cat", "/proc/sys/kernel/domainname"));
  }

  // Interprocess communication

  @Test
  @DisplayName("System V shared memory, semaphores and message queues are private")
  void systemVIpcIsPrivate() {
    Container one = box.started(box.bundle().sleeping());
    Container other = box.started(box.bundle().sleeping());
    String list = "cd /proc/sysvipc; for i in shm sem msg; do tail -n +2 $i; done";
    String host = box.host("sh", "-c", list + " | wc -l");

    in(one, "ipc", "ipcmk", "-M", "4096", "-S", "1", "-Q");

    assertEquals(3, in(one, "ipc", "sh", "-c", list).lines().count());
    assertEquals("", in(other, "ipc", "sh", "-c", list));
    assertEquals(host, box.host("sh", "-c", list + " | wc -l"));
  }

  @Test
  @DisplayName("POSIX message queues are private")
  void messageQueuesArePrivate() {
    // Making a file in a mount of mqueue is mq_open(3).
    Container one =
        box.saying(
            box.bundle(),
            "touch /dev/mqueue/q; ls /dev/mqueue; echo made; exec sleep 1000",
            "made");
    Container other =
        box.saying(box.bundle(), "ls /dev/mqueue; echo listed; exec sleep 1000", "listed");

    assertEquals("q\nmade\n", one.stdout());
    assertEquals("listed\n", other.stdout());
    assertFalse(Files.exists(Path.of("/dev/mqueue/q")));
  }

  // Users

  @Test
  @DisplayName("An unprivileged user makes a user namespace: uid 0 inside is its own uid outside")
  void anUnprivilegedUserMakesAUserNamespace() {
    assumeUserNamespaces();
    Container container =
        box.saying(
            box.bundle()
                .with("/process/user", Map.of("uid", 1000, "gid", 1000))
                .without("/process/capabilities"),
            "id -u; unshare -r sh -c 'id -u; cat /proc/self/uid_map; exec sleep 71004' & "
                + "while ! ps -o args | grep -q '^sleep'; do usleep 10000; done; "
                + "echo seen; wait",
            "seen");

    List<String> words = List.of(container.stdout().strip().split("\\s+"));

    assertEquals(List.of("1000", "0", "0", "1000", "1", "seen"), words);
    int pid = hostPid("sleep 71004");
    assertEquals(List.of("1000", "1000", "1000", "1000"), status(pid, "Uid"));
    assertNotEquals(
        HostFiles.target("/proc/" + container.pid() + "/ns/user"),
        HostFiles.target("/proc/" + pid + "/ns/user"));
  }

  @Test
  @DisplayName("User namespaces nest: root of each is an ordinary user of the one around it")
  void userNamespacesNest() {
    assumeUserNamespaces();
    Container container =
        box.saying(
            // Linux 5.12: only with CAP_SETFCAP may root of one be root of the next.
            box.bundle().userNamespace(710_000, 65_536).capabilities("CAP_SETFCAP"),
            "id -u; unshare -r sh -c 'id -u; exec unshare -r sh -c \"id -u; exec sleep 71005\"' & "
                + "while ! ps -o args | grep -q '^sleep'; do usleep 10000; done; "
                + "echo seen; wait",
            "seen");

    int pid = hostPid("sleep 71005");

    assertEquals(List.of("0", "0", "0", "seen"), container.stdout().lines().toList());
    assertEquals(List.of("710000", "710000", "710000", "710000"), status(pid, "Uid"));
    // As the host's root reads it, the map shows the uid of the namespace around.
    assertTrue(HostFiles.read("/proc/" + pid + "/uid_map").strip().matches("0 +710000 +1"));
  }

  private void assumeUserNamespaces() {
    Path debian = Path.of("/proc/sys/kernel/unprivileged_userns_clone");
    Path ubuntu = Path.of("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
    assumeTrue(
        !HostFiles.readOrEmpty(debian).strip().equals("0")
            && !HostFiles.readOrEmpty(ubuntu).strip().equals("1"),
        "this host forbids user namespaces to users");
  }
}
