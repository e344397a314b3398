/**
 * A rehearsal: the runtime's own code run against a kernel that makes no change. What {@code proa
 * explain} prints is therefore what {@code create} does, and there is no second description of it.
 *
 * <p>{@code RehearsalKernel} writes every call down. What only looks ({@code stat}, {@code read},
 * {@code getpid}) it asks of the real kernel; of what would change something it keeps the effect in
 * a model, so that later calls get the answers that they would get: {@code FileTree} has the mounts
 * and the files made meanwhile, {@code Descriptors} what is open, {@code NewCgroups} the files of a
 * cgroup that is not there. {@code Rehearsal} follows the forks: where the code clones, the whole
 * run is done once more with the clone answering 0, and its words to the parent are kept for it.
 */
package dev.proa.rehearsal;
