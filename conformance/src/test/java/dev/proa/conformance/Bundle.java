package dev.proa.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A bundle: a busybox root file system of its own and a config.json that starts as {@code runc
 * spec} writes it, without terminal, and is edited fluently before {@link #write}.
 */
public final class Bundle {
  // Sorted maps: the same edits give the same file, so that a test knows lines and columns.
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private static final String DEFAULT_CONFIG =
      """
      {
        "ociVersion": "1.0.2",
        "process": {
          "terminal": false,
          "user": {"uid": 0, "gid": 0},
          "args": ["true"],
          "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
          "cwd": "/",
          "capabilities": {
            "bounding": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
            "effective": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
            "permitted": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]
          },
          "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}],
          "noNewPrivileges": true
        },
        "root": {"path": "rootfs", "readonly": true},
        "hostname": "proa-it",
        "mounts": [
          {"destination": "/proc", "type": "proc", "source": "proc"},
          {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
           "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
          {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
           "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
          {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
           "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
          {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue",
           "options": ["nosuid", "noexec", "nodev"]},
          {"destination": "/sys", "type": "sysfs", "source": "sysfs",
           "options": ["nosuid", "noexec", "nodev", "ro"]}
        ],
        "linux": {
          "resources": {"devices": [{"allow": false, "access": "rwm"}]},
          "namespaces": [
            {"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}
          ],
          "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
          "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
        }
      }
      """;

  private final String name;
  private final Path folder;
  private final ObjectNode config;

  Bundle(String name, Path folder, Busybox busybox, String cgroupsPath) {
    this.name = name;
    this.folder = folder;
    busybox.install(HostFiles.folder(folder.resolve("rootfs")));
    try {
      this.config = (ObjectNode) JSON.readTree(DEFAULT_CONFIG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    with("/linux/cgroupsPath", cgroupsPath);
  }

  /** A name of its own, unique on the machine: the id of its container unless told otherwise. */
  public String name() {
    return name;
  }

  /** The bundle's folder. */
  public Path folder() {
    return folder;
  }

  /** The root file system. */
  public Path rootfs() {
    return folder.resolve("rootfs");
  }

  /** The config so far. */
  public ObjectNode config() {
    return config;
  }

  /** The cgroup that {@code linux.cgroupsPath} asks for. */
  public String cgroupsPath() {
    return config.at("/linux/cgroupsPath").asText();
  }

  /** Sets {@code process.args}. */
  public Bundle args(String... args) {
    return with("/process/args", List.of(args));
  }

  /** Sets {@code process.args} to a shell and this script. */
  public Bundle shell(String script) {
    return args("sh", "-c", script);
  }

  /** A container that does nothing until it is killed. */
  public Bundle sleeping() {
    return args("sleep", "1000");
  }

  /** Makes the root file system writable. */
  public Bundle writable() {
    return with("/root/readonly", false);
  }

  /**
   * Sets a value at a JSON pointer, making the objects on the way; a last {@code -} appends to an
   * array.
   */
  public Bundle with(String pointer, Object value) {
    String[] steps = pointer.substring(1).split("/");
    JsonNode at = config;
    for (int i = 0; i < steps.length - 1; i++) {
      JsonNode next = at.isArray() ? at.get(Integer.parseInt(steps[i])) : at.get(steps[i]);
      if (next == null) {
        next = steps[i + 1].equals("-") ? JSON.createArrayNode() : JSON.createObjectNode();
        ((ObjectNode) at).set(steps[i], next);
      }
      at = next;
    }
    String last = steps[steps.length - 1];
    JsonNode node = JSON.valueToTree(value);
    if (last.equals("-")) {
      ((ArrayNode) at).add(node);
    } else if (at.isArray()) {
      ((ArrayNode) at).set(Integer.parseInt(last), node);
    } else {
      ((ObjectNode) at).set(last, node);
    }
    return this;
  }

  /** Removes the value at a JSON pointer. */
  public Bundle without(String pointer) {
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = config.at(pointer.substring(0, slash));
    if (parent instanceof ArrayNode array) {
      array.remove(Integer.parseInt(pointer.substring(slash + 1)));
    } else {
      ((ObjectNode) parent).remove(pointer.substring(slash + 1));
    }
    return this;
  }

  /** Appends a mount. */
  public Bundle mount(String destination, String type, String source, String... options) {
    return with(
        "/mounts/-",
        Map.of(
            "destination",
            destination,
            "type",
            type,
            "source",
            source,
            "options",
            List.of(options)));
  }

  /** Removes the mount at a destination. */
  public Bundle withoutMount(String destination) {
    return removeWhere("/mounts", "destination", destination);
  }

  /** Adds a new namespace of a type. */
  public Bundle namespace(String type) {
    return withoutNamespace(type).with("/linux/namespaces/-", Map.of("type", type));
  }

  /** Joins the namespace at a path. */
  public Bundle namespace(String type, String path) {
    return withoutNamespace(type).with("/linux/namespaces/-", Map.of("type", type, "path", path));
  }

  /** Leaves out the namespace of a type: the container shares the runtime's. */
  public Bundle withoutNamespace(String type) {
    return removeWhere("/linux/namespaces", "type", type);
  }

  /** A user namespace with one mapping for uids and gids, and the root file system given to it. */
  public Bundle userNamespace(int hostId, int size) {
    Map<String, Integer> mapping = Map.of("containerID", 0, "hostID", hostId, "size", size);
    namespace("user").with("/linux/uidMappings", List.of(mapping));
    with("/linux/gidMappings", List.of(mapping));
    give(rootfs(), hostId);
    return this;
  }

  /** Changes the owner of a whole tree. */
  static void give(Path tree, int id) {
    HostFiles.owner(tree, id, id);
    if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
      for (Path each : HostFiles.list(tree)) {
        // The busybox file is one inode for all bundles: it stays root's.
        if (!each.endsWith("bin/busybox")) {
          give(each, id);
        }
      }
    }
  }

  /** Sets the five capability sets to the same list. */
  public Bundle capabilities(String... names) {
    for (String set : List.of("bounding", "effective", "permitted", "inheritable", "ambient")) {
      with("/process/capabilities/" + set, List.of(names));
    }
    return this;
  }

  /** Adds a hook that runs a script in the host's shell (the container's for startContainer). */
  public Bundle hook(String kind, String script) {
    return with(
        "/hooks/" + kind + "/-", Map.of("path", "/bin/sh", "args", List.of("sh", "-c", script)));
  }

  /** Writes a file into the root file system. */
  public Bundle file(String path, String content) {
    HostFiles.write(rootfs().resolve(path.substring(1)), content);
    return this;
  }

  /** Creates a folder in the root file system. */
  public Bundle directory(String path) {
    HostFiles.folder(rootfs().resolve(path.substring(1)));
    return this;
  }

  /** Writes config.json and returns the bundle's folder. */
  public Path write() {
    HostFiles.write(folder.resolve("config.json"), config.toPrettyString());
    return folder;
  }

  private Bundle removeWhere(String pointer, String field, String value) {
    ArrayNode array = (ArrayNode) config.at(pointer);
    for (int i = array.size() - 1; i >= 0; i--) {
      if (array.get(i).get(field).asText().equals(value)) {
        array.remove(i);
      }
    }
    return this;
  }
}
