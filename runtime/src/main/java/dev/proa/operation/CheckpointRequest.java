package dev.proa.operation;

import dev.proa.criu.CriuOpts;

/**
 * What {@code checkpoint} is asked for.
 *
 * @param imagePath the folder for the image files, absolute
 * @param workPath the folder for logs, absolute, or null for {@code imagePath}
 * @param parentPath the folder of an earlier pre-dump, relative to {@code imagePath}, or null
 * @param leaveRunning whether the container goes on
 * @param preDump whether only memory is dumped, and the container goes on
 * @param linkRemap whether files that were deleted while open may get a name
 * @param tcpSkipInFlight whether half-open connections are left out
 * @param pageServer {@code address:port}, or null
 * @param statusFd the descriptor that hears when lazy pages can be asked for, or -1
 * @param common what restore has too
 */
public record CheckpointRequest(
    String imagePath,
    String workPath,
    String parentPath,
    boolean leaveRunning,
    boolean preDump,
    boolean linkRemap,
    boolean tcpSkipInFlight,
    String pageServer,
    int statusFd,
    CriuOpts.CommonOptions common) {}
