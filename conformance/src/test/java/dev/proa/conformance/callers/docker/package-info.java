/**
 * Docker: dockerd starts a containerd of its own, whose shim calls the runtime; {@code
 * --add-runtime} names it. What Docker makes of the runtime's errors, exit codes 126 and 127 among
 * them, depends on their texts.
 */
package dev.proa.conformance.callers.docker;
