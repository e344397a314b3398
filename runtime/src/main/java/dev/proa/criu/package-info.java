/**
 * CRIU (checkpoint and restore in userspace) as a service of one request: {@code criu swrk FD} is
 * started with one end of a socketpair(2), gets a {@code criu_req} and answers with {@code
 * criu_resp}s: criu's images/rpc.proto. In between it notifies of what it has reached, so that
 * hooks can be run and a terminal handed on, and waits for an answer each time.
 *
 * <p>The messages are protocol buffers of some thirty numbered fields, which {@link
 * dev.proa.criu.Wire} writes and reads; a library would bring reflection into the image for them.
 * What is dumped and restored how is decided in {@code operation}.
 */
package dev.proa.criu;
