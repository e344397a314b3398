package dev.proa.spec;

import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.Seccomp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The container's configuration, {@code config.json}: config.md, and config-linux.md in {@link
 * Linux}. Sections of other platforms are not read.
 *
 * @param ociVersion version of the runtime-spec that the bundle follows (Specification version)
 * @param root the root file system; null in a document that create must refuse (Root)
 * @param mounts in the order in which they are made (Mounts)
 * @param process the program; null where nothing is to be started (Process)
 * @param hostname of the UTS namespace (Hostname)
 * @param domainname NIS domain of the UTS namespace (Domainname)
 * @param hooks programs run around the life of the container (POSIX-platform Hooks)
 * @param annotations whatever the caller wants kept (Annotations)
 * @param linux everything that only Linux has (config-linux.md)
 */
public record Spec(
    String ociVersion,
    Root root,
    List<Mount> mounts,
    Process process,
    String hostname,
    String domainname,
    Hooks hooks,
    Map<String, String> annotations,
    Linux linux) {

  /** Reads the document. */
  public static Spec read(JsonDocument document) {
    return read(document.root().requireObject());
  }

  /** Reads the object. */
  public static Spec read(Json json) {
    return new Spec(
        json.text("ociVersion"),
        json.objectOrNull("root", Root::read),
        json.list("mounts", Mount::read),
        json.objectOrNull("process", Process::read),
        json.textOrNull("hostname"),
        json.textOrNull("domainname"),
        json.objectOrNull("hooks", Hooks::read),
        json.textMap("annotations"),
        json.objectOrNull("linux", Linux::read));
  }

  /** The same with another process. */
  public Spec with(Process other) {
    return new Spec(
        ociVersion, root, mounts, other, hostname, domainname, hooks, annotations, linux);
  }

  /** The same with one more mount, made last, and one more entry of the environment. */
  public Spec with(Mount mount, String variable) {
    List<Mount> more = new ArrayList<>(mounts);
    more.add(mount);
    return new Spec(
        ociVersion,
        root,
        more,
        process.with(variable),
        hostname,
        domainname,
        hooks,
        annotations,
        linux);
  }

  /** The same with another seccomp section. */
  public Spec with(Seccomp seccomp) {
    return new Spec(
        ociVersion,
        root,
        mounts,
        process,
        hostname,
        domainname,
        hooks,
        annotations,
        linux.with(seccomp));
  }
}
