package dev.proa.operation;

import dev.proa.criu.CriuOpts;

/**
 * What {@code restore} is asked for.
 *
 * @param create the container, as for {@code create}
 * @param imagePath the folder of the image files, absolute
 * @param workPath the folder for logs, absolute, or null for {@code imagePath}
 * @param tcpClose whether established TCP connections are restored closed
 * @param lsmProfile {@code apparmor:NAME} or {@code selinux:LABEL} in place of the dumped one, or
 *     null
 * @param lsmMountContext the SELinux label of mounts in place of the dumped one, or null
 * @param common what checkpoint has too
 */
public record RestoreRequest(
    CreateRequest create,
    String imagePath,
    String workPath,
    boolean tcpClose,
    String lsmProfile,
    String lsmMountContext,
    CriuOpts.CommonOptions common) {}
