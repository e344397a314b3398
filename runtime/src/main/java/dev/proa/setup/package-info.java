/**
 * The steps that turn the config into a container, one file for each section of the spec; their
 * order stands in {@code ContainerPlan} only.
 *
 * <p>Nothing here names a path of the container to the kernel twice. {@link dev.proa.setup.Rootfs}
 * resolves a path in the root file system once, to a descriptor; {@link dev.proa.setup.ProcFs} is a
 * procfs of our own. A mount is made detached (fsopen(2), open_tree(2)), gets its attributes while
 * nobody can see it, and is then attached to the descriptor (move_mount(2)). Each step has a second
 * way for kernels that lack these calls, taken when they say ENOSYS.
 */
package dev.proa.setup;
