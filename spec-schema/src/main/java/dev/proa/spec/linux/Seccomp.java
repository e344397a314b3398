package dev.proa.spec.linux;

import dev.proa.spec.Json;
import java.util.List;

/**
 * The system call filter: config-linux.md, Seccomp.
 *
 * @param defaultAction for calls without a rule
 * @param defaultErrnoRet errno of a default SCMP_ACT_ERRNO or SCMP_ACT_TRACE; null means EPERM
 * @param architectures {@code SCMP_ARCH_*}; the native one is always in
 * @param flags {@code SECCOMP_FILTER_FLAG_*}
 * @param listenerPath socket that gets the notify descriptor of SCMP_ACT_NOTIFY
 * @param listenerMetadata handed over with it
 * @param syscalls rules in their order
 */
public record Seccomp(
    Action defaultAction,
    Integer defaultErrnoRet,
    List<String> architectures,
    List<String> flags,
    String listenerPath,
    String listenerMetadata,
    List<SeccompRule> syscalls) {

  /** Reads the object. */
  public static Seccomp read(Json json) {
    return new Seccomp(
        json.requiredEnum("defaultAction", Action.values()),
        json.uint32BitsOrNull("defaultErrnoRet"),
        json.texts("architectures"),
        json.texts("flags"),
        json.textOrNull("listenerPath"),
        json.textOrNull("listenerMetadata"),
        json.list("syscalls", SeccompRule::read));
  }

  /** What happens to a call, by libseccomp's names. */
  public enum Action {
    SCMP_ACT_KILL,
    SCMP_ACT_KILL_PROCESS,
    SCMP_ACT_KILL_THREAD,
    SCMP_ACT_TRAP,
    SCMP_ACT_ERRNO,
    SCMP_ACT_TRACE,
    SCMP_ACT_ALLOW,
    SCMP_ACT_LOG,
    SCMP_ACT_NOTIFY
  }
}
