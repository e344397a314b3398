/**
 * What stands between a container and its host: {@code audit}.
 *
 * <p>{@link dev.proa.audit.ConfigAudit} reads a config alone: the same config has the same answer
 * on every machine, as a gate of a build needs it. {@link dev.proa.audit.LiveAudit} holds what
 * /proc tells of a running container against its config, and finds only what is weaker than was
 * asked for. Both collect {@link dev.proa.audit.Exposure}s, graded by what somebody who controls
 * the container's processes wins: {@link dev.proa.audit.Grade}. Nothing is changed or opened for
 * writing.
 */
package dev.proa.audit;
