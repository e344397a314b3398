package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Sysno;
import dev.proa.spec.linux.IdMapping;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code process.user}: groups first, then the gid, then the uid, because each needs a privilege
 * that the next gives up.
 */
public final class User implements Step {
  /** What becomes of the supplementary groups. */
  public enum Groups {
    /** The config's take the place of the caller's. */
    SET,
    /** setgroups(2) is not allowed: an unprivileged user made the user namespace. */
    DENIED,
    /** The caller's stay, as the annotation asks: {@code podman run --group-add keep-groups}. */
    KEPT;

    /** crun's annotation; its value is 1. */
    private static final String KEEP = "run.oci.keep_original_groups";

    /**
     * Decides.
     *
     * @param allowed whether setgroups(2) is allowed
     */
    public static Groups of(Map<String, String> annotations, boolean allowed) {
      return "1".equals(annotations.get(KEEP)) ? KEPT : allowed ? SET : DENIED;
    }
  }

  private final List<Call> calls;

  private User(List<Call> calls) {
    this.calls = calls;
  }

  /**
   * Decides the calls.
   *
   * @param user null means root
   * @param uids the mappings of a new user namespace, or empty where there is none
   * @param gids as {@code uids}
   * @param supplementary what becomes of the supplementary groups
   * @throws SetupException where an id has no mapping, or groups are asked for and not allowed
   */
  public static User plan(
      dev.proa.spec.User user, List<IdMapping> uids, List<IdMapping> gids, Groups supplementary) {
    long uid = user == null ? 0 : user.uid();
    long gid = user == null ? 0 : user.gid();
    List<Long> groups = user == null ? List.of() : user.additionalGids();
    if (!isMapped(uid, uids)) {
      throw new SetupException("cannot set uid to unmapped user in user namespace");
    }
    if (!isMapped(gid, gids)) {
      throw new SetupException("cannot set gid to unmapped user in user namespace");
    }
    List<Call> calls = new ArrayList<>(4);
    if (supplementary == Groups.SET) {
      // Also without additional groups: the caller's own must not stay.
      long[] list = new long[groups.size()];
      for (int i = 0; i < list.length; i++) {
        list[i] = groups.get(i);
        if (!isMapped(list[i], gids)) {
          throw new SetupException(
              "cannot set additional gid " + list[i] + ", which is unmapped in the user namespace");
        }
      }
      calls.add(CredentialCalls.setgroups(list));
    } else if (supplementary == Groups.DENIED && !groups.isEmpty()) {
      throw new SetupException("cannot set any additional groups in a rootless container");
    }
    calls.add(CredentialCalls.setresgid(gid));
    calls.add(CredentialCalls.setresuid(uid));
    if (user != null && user.umask() != null) {
      calls.add(ProcessCalls.umask((int) (user.umask() & 0777)));
    }
    return new User(calls);
  }

  private static boolean isMapped(long id, List<IdMapping> mappings) {
    for (IdMapping mapping : mappings) {
      if (id >= mapping.containerID() && id < mapping.containerID() + mapping.size()) {
        return true;
      }
    }
    return mappings.isEmpty();
  }

  @Override
  public String section() {
    return "process.user";
  }

  @Override
  public void apply(Inside inside) {
    Kernel kernel = inside.kernel();
    for (int i = 0; i < calls.size(); i++) {
      try {
        kernel.must(calls.get(i));
      } catch (KernelException e) {
        if (!e.is(Errno.EPERM) || calls.get(i).number() != Sysno.SETGROUPS || !denied(inside)) {
          throw e;
        }
      }
    }
  }

  /**
   * Whether nobody in this user namespace may change groups, user_namespaces(7): rootless podman's
   * is such a one where the user has no subordinate ids. As runc and crun do, the container starts
   * with the groups it has.
   */
  private static boolean denied(Inside inside) {
    try (Fd file = inside.procfs().openProcessFile("self/setgroups", FileCalls.O_RDONLY)) {
      byte[] text = new FileCalls(inside.kernel()).readAll(file);
      return new String(text, StandardCharsets.US_ASCII).strip().equals("deny");
    }
  }
}
