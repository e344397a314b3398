package dev.proa.state;

import dev.proa.spec.Hook;
import dev.proa.spec.Json;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.JsonWriter;
import java.util.List;
import java.util.Map;

/**
 * The content of {@code state.json}. The names that runc's file has too mean the same here: other
 * programs read them.
 *
 * @param ociVersion of the container's config
 * @param id the container's id
 * @param initProcessPid init's pid as the runtime's pid namespace counts; 0 until it exists
 * @param initProcessStart init's start time in clock ticks since boot, as in proc_pid_stat(5)
 * @param created when, in RFC 3339 with nanoseconds
 * @param bundle the bundle folder, absolute
 * @param rootfs the root file system, absolute
 * @param owner the uid of who created it
 * @param annotations of the config
 * @param cgroupManager which driver made the cgroups: {@code cgroupfs} or {@code systemd}
 * @param cgroupPaths the cgroups by controller, each absolute
 * @param namespacePaths the namespaces by type, below {@code /proc}
 * @param newKeyring whether it has a session keyring of its own
 * @param intelRdtPath the folder of its class of service in resctrl, or null
 * @param intelRdtFolders the folders of resctrl that go with it, in the order of their removal
 * @param poststart the config's hooks to run after the start
 * @param poststop the config's hooks to run after the deletion
 */
public record ContainerState(
    String ociVersion,
    String id,
    int initProcessPid,
    long initProcessStart,
    String created,
    String bundle,
    String rootfs,
    int owner,
    Map<String, String> annotations,
    String cgroupManager,
    Map<String, String> cgroupPaths,
    Map<String, String> namespacePaths,
    boolean newKeyring,
    String intelRdtPath,
    List<String> intelRdtFolders,
    List<Hook> poststart,
    List<Hook> poststop) {

  /**
   * The same with what is known only once it is made.
   *
   * @param cgroups those of the intent that a rootless caller could make
   */
  public ContainerState with(
      int pid, long start, Map<String, String> cgroups, Map<String, String> namespaces) {
    return new ContainerState(
        ociVersion,
        id,
        pid,
        start,
        created,
        bundle,
        rootfs,
        owner,
        annotations,
        cgroupManager,
        cgroups,
        namespaces,
        newKeyring,
        intelRdtPath,
        intelRdtFolders,
        poststart,
        poststop);
  }

  /**
   * Reads the file.
   *
   * @throws dev.proa.spec.InvalidSpecException if it is no such file, with the place
   */
  static ContainerState parse(String name, byte[] text) {
    Json json = JsonDocument.parse(name, text).root();
    Json config = json.required("config");
    return new ContainerState(
        json.text("oci_version"),
        json.text("id"),
        (int) json.requiredLong("init_process_pid"),
        json.requiredLong("init_process_start"),
        json.text("created"),
        json.text("bundle"),
        config.text("rootfs"),
        (int) json.requiredUint32("owner"),
        json.textMap("annotations"),
        json.text("cgroup_manager"),
        json.textMap("cgroup_paths"),
        json.textMap("namespace_paths"),
        !config.bool("no_new_keyring", false),
        json.textOrNull("intel_rdt_path"),
        json.texts("intel_rdt_folders"),
        json.list("poststart", Hook::read),
        json.list("poststop", Hook::read));
  }

  byte[] text() {
    JsonWriter json = JsonWriter.compact();
    json.beginObject();
    json.field("oci_version", ociVersion);
    json.field("id", id);
    json.field("init_process_pid", initProcessPid);
    json.field("init_process_start", initProcessStart);
    json.field("created", created);
    json.field("bundle", bundle);
    json.beginObject("config");
    json.field("rootfs", rootfs);
    json.field("no_new_keyring", !newKeyring);
    json.endObject();
    json.field("owner", owner);
    json.textMap("annotations", annotations);
    json.field("cgroup_manager", cgroupManager);
    json.textMap("cgroup_paths", cgroupPaths);
    json.textMap("namespace_paths", namespacePaths);
    json.fieldIfPresent("intel_rdt_path", intelRdtPath);
    json.textsIfAny("intel_rdt_folders", intelRdtFolders);
    hooks(json, "poststart", poststart);
    hooks(json, "poststop", poststop);
    json.endObject();
    return json.toBytes();
  }

  private static void hooks(JsonWriter json, String name, List<Hook> hooks) {
    json.beginArray(name);
    for (Hook hook : hooks) {
      json.beginObject();
      json.field("path", hook.path());
      json.textsIfAny("args", hook.args());
      json.textsIfAny("env", hook.env());
      json.fieldIfPresent("timeout", hook.timeout());
      json.endObject();
    }
    json.endArray();
  }
}
