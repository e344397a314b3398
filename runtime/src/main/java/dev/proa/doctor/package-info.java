/**
 * What this machine can do for containers, found out by trying: harmless system calls, namespaces
 * made by children that end at once, mounts that are never attached. A version number says less: a
 * kernel may be configured, patched or restricted by whoever runs proa.
 *
 * <p>{@link dev.proa.doctor.Doctor} asks all of it; each class asks about one subject.
 */
package dev.proa.doctor;
