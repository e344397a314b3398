package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What CRIU is asked for: a program in its place keeps the request (criu's images/rpc.proto) and
 * ends. That each flag arrives is seen so on machines where CRIU does not work, too.
 */
class CriuRequestIT {
  private static final int DUMP = 1;
  private static final int RESTORE = 2;

  // criu_opts
  private static final int EXT_UNIX_SK = 4;
  private static final int TCP_ESTABLISHED = 5;
  private static final int SHELL_JOB = 7;
  private static final int FILE_LOCKS = 8;
  private static final int PAGE_SERVER = 11;
  private static final int PARENT_IMG = 14;
  private static final int AUTO_DEDUP = 16;
  private static final int LINK_REMAP = 18;
  private static final int MANAGE_CGROUPS_MODE = 34;
  private static final int EMPTY_NS = 38;
  private static final int TCP_SKIP_IN_FLIGHT = 46;
  private static final int TCP_CLOSE = 52;
  private static final int LAZY_PAGES = 48;
  private static final int LSM_PROFILE = 53;
  private static final int LSM_MOUNT_CONTEXT = 63;
  private static final int NETWORK_LOCK = 64;

  // criu_page_server_info
  private static final int ADDRESS = 1;
  private static final int PORT = 2;

  private static final long CLONE_NEWNET = 0x40000000L;

  /** To runc it also tells its version: 3.17. */
  private static final String IN_ITS_PLACE =
      """
      #!/bin/bash
      dd bs=65536 count=1 of=REQUESTS/$$ <&"$2" 2> /dev/null
      if [ "$(head -c 2 REQUESTS/$$ | od -An -tx1)" = " 08 0a" ]; then
        rm REQUESTS/$$
        printf '\\x08\\x0a\\x10\\x01\\x52\\x04\\x08\\x03\\x10\\x11' | dd bs=10 iflag=fullblock >&"$2" 2> /dev/null
      fi
      """;

  @RegisterExtension final Sandbox box = new Sandbox();

  /** A request's options: numbers, texts and messages by their fields. */
  private Map<Integer, Object> asked(int type, String... command) throws IOException {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "Debian's crun cannot checkpoint");
    Path requests = HostFiles.folder(box.folder().resolve("requests"));
    Path criu = HostFiles.folder(box.folder().resolve("bin")).resolve("criu");
    HostFiles.write(criu, IN_ITS_PLACE.replace("REQUESTS", requests.toString()));
    HostFiles.mode(criu, 0755);
    String path = criu.getParent() + ":/usr/sbin:/usr/bin:/sbin:/bin";

    Result result = box.runtime().withEnvironment("PATH", path).raw(command).exits(1);

    assertEquals(1, HostFiles.list(requests).size(), result::toString);
    Path file = HostFiles.list(requests).getFirst();
    Map<Integer, Object> request = fields(Files.readAllBytes(file));
    Files.delete(file);
    assertEquals((long) type, request.get(1));
    return fields((byte[]) request.get(2));
  }

  /** Protocol buffers' wire format. */
  private static Map<Integer, Object> fields(byte[] message) {
    Map<Integer, Object> fields = new HashMap<>();
    ByteBuffer rest = ByteBuffer.wrap(message);
    while (rest.hasRemaining()) {
      long key = varint(rest);
      if ((key & 7) == 0) {
        fields.put((int) (key >> 3), varint(rest));
      } else {
        assertEquals(2, key & 7);
        byte[] bytes = new byte[(int) varint(rest)];
        rest.get(bytes);
        fields.put((int) (key >> 3), bytes);
      }
    }
    return fields;
  }

  private static long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = from.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static String text(Object field) {
    return new String((byte[]) field, StandardCharsets.UTF_8);
  }

  private static void assertFlags(Map<Integer, Object> opts, boolean set, int... flags) {
    for (int flag : flags) {
      Object value = opts.getOrDefault(flag, 0L);
      assertEquals(set ? 1L : 0L, value, () -> "field " + flag + " of " + opts);
    }
  }

  private Map<Integer, Object> checkpoint(String id, String... flags) throws IOException {
    List<String> words = new ArrayList<>(List.of("checkpoint"));
    words.addAll(List.of("--image-path", box.folder().resolve("images").toString()));
    words.addAll(List.of(flags));
    words.add(id);
    return asked(DUMP, words.toArray(String[]::new));
  }

  private Map<Integer, Object> restore(String... flags) throws IOException {
    Path images = HostFiles.folder(box.folder().resolve("images"));
    HostFiles.write(
        images.resolve("descriptors.json"), "[\"/dev/null\",\"/dev/null\",\"/dev/null\"]");
    Bundle bundle = box.bundle().sleeping();
    List<String> words = new ArrayList<>(List.of("restore", "-d"));
    words.addAll(List.of("--image-path", images.toString()));
    words.addAll(List.of("--bundle", bundle.write().toString()));
    words.addAll(List.of(flags));
    words.add(bundle.name());
    Map<Integer, Object> opts = asked(RESTORE, words.toArray(String[]::new));
    box.assertNothingLeft();
    return opts;
  }

  @Test
  void checkpoint() throws IOException {
    Container container = box.started(box.bundle().sleeping());
    HostFiles.folder(box.folder().resolve("first"));
    int[] flags = {EXT_UNIX_SK, TCP_ESTABLISHED, SHELL_JOB, FILE_LOCKS, AUTO_DEDUP};

    assertFlags(checkpoint(container.id()), false, flags);
    Map<Integer, Object> opts =
        checkpoint(
            container.id(),
            "--ext-unix-sk",
            "--tcp-established",
            "--shell-job",
            "--file-locks",
            "--auto-dedup",
            "--manage-cgroups-mode=strict",
            "--empty-ns=network",
            "--parent-path=../first",
            "--page-server=127.0.0.1:27277");

    assertFlags(opts, true, flags);
    assertEquals(5L, opts.get(MANAGE_CGROUPS_MODE));
    assertEquals(CLONE_NEWNET, opts.get(EMPTY_NS));
    assertEquals("../first", text(opts.get(PARENT_IMG)));
    Map<Integer, Object> server = fields((byte[]) opts.get(PAGE_SERVER));
    assertEquals("127.0.0.1", text(server.get(ADDRESS)));
    assertEquals(27277L, server.get(PORT));
    assertEquals("running", container.status());
  }

  private void needNewFlags() {
    assumeTrue(box.kind() != RuntimeKind.RUNC, "runc 1.1 does not have the flags");
  }

  @Test
  void newerFlags() throws IOException {
    needNewFlags();
    Container container = box.started(box.bundle().sleeping());
    int[] flags = {LINK_REMAP, TCP_SKIP_IN_FLIGHT, LAZY_PAGES};

    assertFlags(checkpoint(container.id()), false, flags);
    Map<Integer, Object> opts =
        checkpoint(
            container.id(),
            "--link-remap",
            "--tcp-skip-in-flight",
            "--lazy-pages",
            "--network-lock=nftables");

    assertFlags(opts, true, flags);
    assertEquals(2L, opts.get(NETWORK_LOCK));
  }

  @Test
  void newerFlagsOfRestore() throws IOException {
    needNewFlags();
    int[] flags = {TCP_CLOSE, LAZY_PAGES};

    assertFlags(restore(), false, flags);
    Map<Integer, Object> opts =
        restore("--tcp-close", "--lazy-pages", "--manage-cgroups-mode=soft");

    assertFlags(opts, true, flags);
    assertEquals(3L, opts.get(MANAGE_CGROUPS_MODE));
  }

  @Test
  void restored() throws IOException {
    int[] flags = {EXT_UNIX_SK, TCP_ESTABLISHED, SHELL_JOB, FILE_LOCKS, AUTO_DEDUP};

    assertFlags(restore(), false, flags);
    Map<Integer, Object> opts =
        restore(
            "--ext-unix-sk",
            "--tcp-established",
            "--shell-job",
            "--file-locks",
            "--auto-dedup",
            "--empty-ns=network",
            "--lsm-profile=apparmor:other",
            "--lsm-mount-context=context");

    assertFlags(opts, true, flags);
    assertEquals(CLONE_NEWNET, opts.get(EMPTY_NS));
    assertEquals("apparmor:other", text(opts.get(LSM_PROFILE)));
    assertEquals("context", text(opts.get(LSM_MOUNT_CONTEXT)));
  }
}
