package dev.proa.operation;

import java.util.List;

/**
 * What {@code exec} is asked for. What is null or empty is as in the container's own process.
 *
 * @param id the container's id, checked by the operation
 * @param processFile a file with a {@code process} object, absolute, or null; then all of it is
 *     taken from there
 * @param args the program and its arguments
 * @param cwd the working directory in the container, or null
 * @param env more {@code NAME=VALUE}
 * @param terminal whether it gets a pseudoterminal
 * @param user {@code uid[:gid]}, or null
 * @param additionalGids more supplementary groups
 * @param capabilities more capabilities
 * @param selinuxLabel the label, or null
 * @param apparmorProfile the profile, or null
 * @param noNewPrivileges whether to set no_new_privs; null for as in the container's own process
 * @param cgroups {@code [controller[,controller...]:]path} below the container's cgroup, each
 * @param ignorePaused whether to go on in a paused container: the process then waits in its cgroup
 * @param launch where the terminal and the pids go
 */
public record ExecRequest(
    String id,
    String processFile,
    List<String> args,
    String cwd,
    List<String> env,
    boolean terminal,
    String user,
    List<Long> additionalGids,
    List<String> capabilities,
    String selinuxLabel,
    String apparmorProfile,
    Boolean noNewPrivileges,
    List<String> cgroups,
    boolean ignorePaused,
    Launching launch) {

  /**
   * How the process comes to its caller.
   *
   * @param detach whether to return once the process runs
   * @param consoleSocket the socket that takes the pseudoterminal's master, or null
   * @param pidfdSocket the socket that takes the process's pidfd, or null
   * @param pidFile the file to write its pid to, or null
   * @param preserveFds how many descriptors from 3 on the process inherits
   */
  public record Launching(
      boolean detach, String consoleSocket, String pidfdSocket, String pidFile, int preserveFds) {}
}
