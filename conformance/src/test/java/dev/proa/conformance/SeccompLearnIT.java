package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code run --seccomp-learn}: the profile that it writes lets the same program run again, and
 * nothing it forbids is called: with it every other call kills.
 */
class SeccompLearnIT {
  private static final String NGINX =
      """
      user root;
      pid /tmp/nginx.pid;
      error_log /tmp/error.log;
      events {}
      http {
        access_log /tmp/access.log;
        client_body_temp_path /tmp/a; proxy_temp_path /tmp/b; fastcgi_temp_path /tmp/c;
        uwsgi_temp_path /tmp/d; scgi_temp_path /tmp/e;
        sendfile on;
        server { listen 127.0.0.1:8080; root /home; }
      }
      """;
  private static final String SERVE =
      """
      nginx -c /home/nginx.conf || exit 1
      sleep 0.2
      for i in 1 2 3 4 5 6 7 8 9 10; do
        /home/busybox wget -q -O - http://127.0.0.1:8080/page && break
        sleep 0.2
      done
      nginx -c /home/nginx.conf -s quit 2> /dev/null
      sleep 0.5
      """;
  private static final String STORE =
      """
      redis-server --port 6379 --dir /tmp --daemonize yes --logfile /tmp/log || exit 1
      sleep 0.2
      for i in 1 2 3 4 5 6 7 8 9 10; do
        redis-cli ping > /tmp/pong 2>&1 && grep -q PONG /tmp/pong && break
        sleep 0.2
      done
      redis-cli set key value
      redis-cli get key
      redis-cli bgsave
      sleep 0.5
      redis-cli shutdown nosave
      """;

  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void onlyHere() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "an option of proa's own");
  }

  private Bundle debian() {
    Path made = Path.of(System.getProperty("user.home"), ".cache/proa-rootfs/debian");
    if (Files.notExists(made.resolve("usr/sbin/nginx"))) {
      Result rootfs = box.begin("../hack/rootfs", made.toString()).await();
      assumeTrue(rootfs.exit() == 0, () -> "no Debian root file system: " + rootfs);
    }
    Bundle bundle = box.bundle();
    Path work = HostFiles.folder(bundle.folder().resolve("work"));
    HostFiles.write(work.resolve("nginx.conf"), NGINX);
    HostFiles.write(work.resolve("page"), "a page of nginx\n");
    HostFiles.write(work.resolve("busybox"), "");
    return bundle
        .with("/root/path", made.toString())
        .mount("/tmp", "tmpfs", "tmpfs", "nosuid")
        .mount("/run", "tmpfs", "tmpfs", "nosuid")
        .mount("/var/log", "tmpfs", "tmpfs", "nosuid")
        .mount("/home", "bind", work.toString(), "rbind", "ro")
        .mount("/home/busybox", "bind", "/bin/busybox", "bind", "ro");
  }

  private Result learn(Bundle bundle, Path profile) {
    String id = box.owns(bundle.name(), box.runtime());
    return box.runtime()
        .raw("run", "--seccomp-learn", profile.toString(), "-b", bundle.write().toString(), id);
  }

  private static Set<String> allowed(JsonNode profile) {
    Set<String> names = new TreeSet<>();
    for (JsonNode rule : profile.get("syscalls")) {
      if (rule.get("action").asText().equals("SCMP_ACT_ALLOW")) {
        rule.get("names").forEach(name -> names.add(name.asText()));
      }
    }
    return names;
  }

  /** Runs with the learned profile, in which what is not allowed kills. */
  private Result again(Bundle bundle, Path profile) {
    ObjectNode section = (ObjectNode) OciRuntime.json(HostFiles.read(profile));
    section.put("defaultAction", "SCMP_ACT_KILL_PROCESS");
    return box.run(bundle.with("/linux/seccomp", section));
  }

  private void learnsAndRuns(Bundle bundle, String output) {
    Path profile = box.folder().resolve("profile.json");
    assertEquals(output, learn(bundle, profile).succeeds().stdout());
    // What depends on the moment, as whether a program has to wait, comes with a second look.
    assertEquals(output, learn(bundle, profile).succeeds().stdout());

    assertEquals(output, again(bundle, profile).succeeds().stdout());

    Set<String> names = allowed(OciRuntime.json(HostFiles.read(profile)));
    Set<String> dockers =
        allowed(
            OciRuntime.json(
                HostFiles.read(
                    Path.of(
                        "../runtime/src/test/resources/dev/proa/seccomp/docker-default.json"))));
    assertTrue(dockers.size() > 300, dockers::toString);
    assertTrue(names.size() < dockers.size() / 2, () -> names.size() + ": " + names);
    assertTrue(Files.notExists(Path.of(profile + ".sock")), "the learner's socket");
  }

  @Test
  void busyboxShell() {
    learnsAndRuns(
        box.bundle()
            .mount("/tmp", "tmpfs", "tmpfs")
            .shell("mkdir /tmp/a && echo x > /tmp/a/b && cat /tmp/a/b | tr x y; ls /tmp/a"),
        "y\nb\n");
  }

  @Test
  void nginx() {
    Bundle bundle = debian();
    learnsAndRuns(bundle.args("sh", "-c", SERVE), "a page of nginx\n");
  }

  @Test
  void redis() {
    String said = "OK\nvalue\nBackground saving started\n";
    learnsAndRuns(debian().args("sh", "-c", STORE), said);
  }

  @Test
  void onlyWhatTheContainerDoesIsLearned() {
    Path profile = box.folder().resolve("profile.json");
    Bundle bundle = box.bundle().mount("/tmp", "tmpfs", "tmpfs").args("true");
    learn(bundle.hook("startContainer", "mkdir /tmp/x"), profile).exits(0);
    List<String> forbidden = new ArrayList<>(allowed(OciRuntime.json(HostFiles.read(profile))));
    // Neither the runtime's own last calls nor a hook's.
    forbidden.retainAll(List.of("accept4", "sendto", "close_range", "mkdir", "pivot_root"));
    assertEquals(List.of(), forbidden);
  }

  @Test
  void anEarlierProfileIsKept() {
    Path profile = box.folder().resolve("profile.json");
    HostFiles.write(
        profile,
        "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [\"reboot\"],"
            + " \"action\": \"SCMP_ACT_ALLOW\"}]}");
    learn(box.bundle().args("true"), profile).succeeds();
    Set<String> names = allowed(OciRuntime.json(HostFiles.read(profile)));
    assertTrue(names.containsAll(List.of("reboot", "execve")), names::toString);
  }

  @Test
  void aContainerThatFailsLeavesNothing() {
    Path profile = box.folder().resolve("profile.json");
    Bundle bundle = box.bundle().mount("/proc/x", "tmpfs", "tmpfs");
    learn(bundle, profile).exits(1);
    assertTrue(Files.notExists(profile), "a profile of nothing");
    assertTrue(Files.notExists(Path.of(profile + ".sock")), "the learner's socket");
    box.assertNothingLeft();
  }

  @Test
  void exitCodesAndSignalsPass() {
    Path profile = box.folder().resolve("profile.json");
    learn(box.bundle().shell("exit 7"), profile).exits(7);
    learn(box.bundle().shell("kill -KILL $$"), profile).exits(0);
    learn(box.bundle().shell("sh -c 'kill -TERM $$'; echo $?"), profile).exits(0);
  }

  @Test
  void theWorkbench() {
    Path profile = box.folder().resolve("p.json");
    HostFiles.write(
        profile,
        """
        {"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"],
         "syscalls": [
          {"names": ["read", "execve", "setns"], "action": "SCMP_ACT_ALLOW"},
          {"names": ["clone"], "action": "SCMP_ACT_ALLOW",
           "args": [{"index": 0, "value": 2114060288, "op": "SCMP_CMP_MASKED_EQ"}]}]}
        """);
    String file = profile.toString();
    assertEquals(
        "SCMP_ACT_ALLOW  by syscalls[0]\n",
        box.runtime().raw("seccomp", "test", file, "read").succeeds().stdout());
    assertEquals(
        """
        SCMP_ACT_ERRNO(1)  by defaultAction
                           not syscalls[1] where arg0 & 0x7e020000 == 0x0
        """,
        box.runtime()
            .raw("seccomp", "test", file, "clone", "CLONE_NEWUSER|CLONE_NEWNS")
            .succeeds()
            .stdout());
    String shown = box.runtime().raw("seccomp", "show", file).succeeds().stdout();
    assertTrue(shown.contains("4 calls: clone(…) execve read setns"), shown);
    assertTrue(shown.contains("; SCMP_ACT_ERRNO(1)"), shown);
    String asm = box.runtime().raw("seccomp", "compile", "--format=asm", file).succeeds().stdout();
    assertTrue(shown.endsWith(asm), asm);
    String c = box.runtime().raw("seccomp", "compile", "--format=c", file).succeeds().stdout();
    assertTrue(c.contains("{0x20, 0, 0, 0x4}, /* 0: ld [4]"), c);
    assertTrue(
        box.runtime().raw("seccomp", "test", file, "reed").exits(1).error().contains("reed"));
  }
}
