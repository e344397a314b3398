/**
 * The container's first process, from clone3(2) to execve(2): plain Java in a fork of the runtime,
 * which has the plan already. It applies the plan's steps in their order, talks to the runtime over
 * the handshake, waits for the start, and becomes the container's process.
 */
package dev.proa.init;
