/**
 * What proa remembers of a container: the folder {@code <root>/<id>} with {@code state.json}, a
 * copy of {@code config.json} and the socket that init waits on.
 *
 * <p>Only what cannot be asked of the kernel is stored: {@code stopped} and {@code running} follow
 * from the pid and its start time, {@code created} from somebody listening on the socket, {@code
 * paused} from the freezer. The intent (which cgroups will exist) is stored before the first side
 * effect that outlives the process, so that {@code delete --force} can undo a half-made container.
 *
 * <p>Files are written to a temporary name and renamed, without fsync(2): the folder lies on a
 * tmpfs wherever a system is set up as it should be, and after power loss no container is left that
 * the state could describe.
 */
package dev.proa.state;
