/**
 * What the runtime and the container's init say to each other while the container is made, over one
 * socketpair(2) of type SOCK_SEQPACKET. Both are the same program: init is a fork that has the plan
 * already, so the messages carry no config.
 *
 * <pre>
 * runtime                                    init (child of clone3)
 * ------------------------------------------------------------------------------
 *                                       <--  MAP_IDS   only where init unshares the user
 *                                                      namespace itself (staged clone)
 * writes uid_map and gid_map             --> GO
 *                                       <--  INIT      only staged: the pid of the second stage
 * joins the cgroup                       --> GO        payload: init's pid as the runtime sees it
 *                                            joins namespaces, makes the mounts
 *                                       <--  MOUNTED   only where prestart or createRuntime
 * runs prestart, createRuntime hooks     --> GO        hooks are configured
 *                                            createContainer hooks, pivot_root, all the rest
 *                                       <--  LIMIT     only in a user namespace, where init may
 * sets init's resource limits            --> GO        not raise a hard limit itself
 * has recorded init in the state folder  --> RECORDED
 *                                            becomes the container's user
 *                                       <--  LISTENER  only with SCMP_ACT_NOTIFY, from a helper of
 *                                                      init's: the filter's descriptor
 *                                       <--  READY     everything but the start is done
 * makes the record the state
 * ------------------------------------------------------------------------------
 *                                       <--  ERROR     at any time instead: one line of text;
 *                                                      init has ended
 * </pre>
 *
 * The record is written while init makes its mounts. An init whose runtime is killed before that
 * ends at its next word, at the latest at RECORDED; from then on the record names it. So none is
 * ever left that nobody knows.
 *
 * <p>The start itself is another conversation: init listens on the socket {@code start.sock} in the
 * state folder, whoever runs {@code start} connects; see {@link dev.proa.handshake.StartSocket}.
 */
package dev.proa.handshake;
