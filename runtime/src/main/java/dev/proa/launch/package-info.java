/**
 * The runtime's side of making a container: clones init, maps its ids, puts it into its cgroup,
 * runs the hooks of the runtime's namespaces, and takes the handshake to its end. What init does
 * stands in {@code init}; the order of the messages in {@code handshake}.
 */
package dev.proa.launch;
