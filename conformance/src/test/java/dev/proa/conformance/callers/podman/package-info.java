/**
 * podman with conmon: no daemon. podman runs conmon, and conmon the runtime's {@code create}; what
 * else podman wants of a runtime it calls itself, without {@code --root}, so that the default root
 * counts. {@link dev.proa.conformance.callers.podman.Podman} writes the two configuration files
 * that a user of this runtime writes: {@code containers.conf} and {@code storage.conf}.
 */
package dev.proa.conformance.callers.podman;
