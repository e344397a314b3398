package dev.proa.spec;

import java.util.List;

/**
 * Programs around the container's life, each list in its order: config.md, POSIX-platform Hooks.
 *
 * @param prestart in the runtime's namespaces, before pivot_root; deprecated by the spec
 * @param createRuntime in the runtime's namespaces, after prestart
 * @param createContainer in the container's namespaces, before pivot_root
 * @param startContainer in the container, just before the program
 * @param poststart in the runtime's namespaces, after the program was started
 * @param poststop in the runtime's namespaces, after the container is gone
 */
public record Hooks(
    List<Hook> prestart,
    List<Hook> createRuntime,
    List<Hook> createContainer,
    List<Hook> startContainer,
    List<Hook> poststart,
    List<Hook> poststop) {

  /** Reads the object. */
  public static Hooks read(Json json) {
    return new Hooks(
        json.list("prestart", Hook::read),
        json.list("createRuntime", Hook::read),
        json.list("createContainer", Hook::read),
        json.list("startContainer", Hook::read),
        json.list("poststart", Hook::read),
        json.list("poststop", Hook::read));
  }

  /** No hook at all. */
  public static final Hooks NONE =
      new Hooks(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
}
