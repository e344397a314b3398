/**
 * Faults: every system call of an operation fails once, or its process is killed right before it.
 * Whatever happens, the answer is clear and {@code delete --force} leaves nothing. The points come
 * from a trace of the operation by strace(1), which injects them too.
 */
package dev.proa.conformance.faults;
