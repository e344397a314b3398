package dev.proa.operation;

/**
 * What holds for every operation of one invocation.
 *
 * @param root the folder of the containers' states, absolute
 * @param systemdCgroup whether {@code --systemd-cgroup} was given
 * @param debug whether {@code --debug} was given
 */
public record Settings(String root, boolean systemdCgroup, boolean debug) {}
