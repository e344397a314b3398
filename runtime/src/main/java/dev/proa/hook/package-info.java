/**
 * Hooks: programs that the config has run around the container's life. {@code HookRunner} runs them
 * one after the other, wherever its caller is: in the runtime's namespaces, or, called by the
 * child, in the container's.
 */
package dev.proa.hook;
