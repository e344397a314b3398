/**
 * Terminals and the foreground: a pseudo-terminal made inside the container, the socket that hands
 * its other end out, and what {@code run} and {@code exec} do while they wait for the process:
 * relay bytes, signals and readiness.
 */
package dev.proa.terminal;
