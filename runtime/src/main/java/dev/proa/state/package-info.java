/**
 * What proa remembers of a container: the folder {@code <root>/<id>} with {@code state.json}, a
 * copy of {@code config.json} and the socket that init waits on.
 *
 * <p>Only what cannot be asked of the kernel is stored: {@code stopped} and {@code running} follow
 * from the pid and its start time, {@code created} from somebody listening on the socket, {@code
 * paused} from the freezer.
 *
 * <p>What is written when, so that {@code delete --force} and {@code gc} can undo what a runtime
 * that was killed has left behind:
 *
 * <ol>
 *   <li>{@code intent.json}, before the first side effect that outlives the process: which cgroups
 *       and class of service there will be. Whoever writes it first has the id.
 *   <li>{@code start.sock} (while restoring, {@code criu-root}), once these are made, right before
 *       init: from here on whatever is in the cgroups is the container's. Before, they may turn out
 *       to be somebody else's.
 *   <li>{@code .state.json.new}, the state with init's pid, while init makes its mounts; an init
 *       that was not recorded ends by itself (see {@code handshake}).
 *   <li>{@code state.json}, its new name once init is ready: the container is created.
 * </ol>
 *
 * <p>Nothing waits for fsync(2): the folder lies on a tmpfs wherever a system is set up as it
 * should be, and after power loss no container is left that the state could describe.
 */
package dev.proa.state;
