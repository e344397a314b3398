package dev.proa.setup;

import dev.proa.kernel.Kernel;

/**
 * What a step has to work with inside the container's namespaces.
 *
 * @param kernel the door to Linux
 * @param rootfs the only way to name a path in the container's root file system, before and after
 *     pivot_root(2)
 * @param procfs the only way to name a file of procfs
 */
public record Inside(Kernel kernel, Rootfs rootfs, ProcFs procfs) {}
