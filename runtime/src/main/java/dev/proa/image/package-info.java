/**
 * What differs in the native executable from the same classes on a JVM: substitutions, which the
 * image builder puts in the place of the methods that they name; and {@code ReadOnlySelf}, which
 * runs before the image starts.
 *
 * <p>They keep three promises. One thread, always: whatever would start one is cut out. Nothing of
 * the caller's is touched at start: no limit, no signal. Nothing is loaded at start but libc.
 *
 * <p>Nothing in these classes runs on a JVM, and no other package uses them.
 */
package dev.proa.image;
