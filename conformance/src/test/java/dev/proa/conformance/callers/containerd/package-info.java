/**
 * containerd, as what Docker and Kubernetes run: {@code ctr} is a thin client of its own API, and
 * its CRI plugin is what a kubelet talks to. The shim, containerd-shim-runc-v2, is what calls the
 * runtime; {@code BinaryName} in its options names it.
 */
package dev.proa.conformance.callers.containerd;
