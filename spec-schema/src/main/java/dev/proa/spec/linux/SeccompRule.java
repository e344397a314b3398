package dev.proa.spec.linux;

import dev.proa.spec.Json;
import java.util.List;

/**
 * A rule of the filter: config-linux.md, Seccomp, syscalls.
 *
 * @param names system calls it is for
 * @param action what happens
 * @param errnoRet errno of SCMP_ACT_ERRNO or SCMP_ACT_TRACE; null means EPERM
 * @param args conditions, all of which must hold
 */
public record SeccompRule(
    List<String> names, Seccomp.Action action, Integer errnoRet, List<SeccompArg> args) {

  /** Reads the object. */
  public static SeccompRule read(Json json) {
    return new SeccompRule(
        json.texts("names"),
        json.requiredEnum("action", Seccomp.Action.values()),
        json.uint32BitsOrNull("errnoRet"),
        json.list("args", SeccompArg::read));
  }
}
