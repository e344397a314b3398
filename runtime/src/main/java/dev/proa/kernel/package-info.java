/** The door to Linux: every system call that proa makes goes through {@code Kernel}. */
package dev.proa.kernel;
