package dev.proa.operation;

/**
 * What {@code create} and {@code run} are asked for.
 *
 * @param id the container's id, checked by the operation
 * @param bundle the bundle folder, absolute
 * @param consoleSocket the socket that takes the pseudoterminal's master, or null
 * @param pidfdSocket the socket that takes init's pidfd, or null
 * @param pidFile the file to write init's pid to, or null
 * @param noPivot whether to use MS_MOVE and chroot(2) instead of pivot_root(2)
 * @param noNewKeyring whether to keep the caller's session keyring
 * @param preserveFds how many descriptors from 3 on the process inherits
 * @param detach whether to return once the process runs ({@code run -d})
 * @param keep whether the state stays after the process has ended ({@code run --keep})
 * @param noSubreaper whether not to become the subreaper of the container's processes
 */
public record CreateRequest(
    String id,
    String bundle,
    String consoleSocket,
    String pidfdSocket,
    String pidFile,
    boolean noPivot,
    boolean noNewKeyring,
    int preserveFds,
    boolean detach,
    boolean keep,
    boolean noSubreaper) {}
