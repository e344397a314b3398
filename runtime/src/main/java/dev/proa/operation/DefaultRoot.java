package dev.proa.operation;

/** Where the containers' states are when {@code --root} does not say it. */
public final class DefaultRoot {
  /** For the machine's root, and for whoever has no folder of their own. */
  public static final String MACHINE = "/run/proa";

  private DefaultRoot() {}

  /**
   * The one for this user, chosen as runc does (its shouldHonorXDGRuntimeDir). Rootless podman
   * calls the runtime as root of a user namespace that stands for an ordinary user, who owns
   * nothing in {@code /run}.
   *
   * @param runtimeDir XDG_RUNTIME_DIR, not empty
   * @param privileged whether the effective uid is 0
   * @param machinesRoot whether it is 0 in the machine's own user namespace
   * @param user USER, or null; in a user namespace {@code root} means a root who entered it as
   *     such, with a {@code /run} of its own
   */
  public static String of(
      String runtimeDir, boolean privileged, boolean machinesRoot, String user) {
    boolean own = !privileged || (!machinesRoot && !"root".equals(user));
    return own ? runtimeDir + "/proa" : MACHINE;
  }
}
