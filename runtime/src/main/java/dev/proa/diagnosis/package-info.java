/**
 * Why a bundle does not run here, and what to do about it.
 *
 * <p>{@link dev.proa.diagnosis.BundleCheck} holds a config that the specification allows against
 * its root file system and this host: one class for each section, which collects {@link
 * dev.proa.diagnosis.Finding}s in a {@link dev.proa.diagnosis.Report}. {@code validate} prints them
 * all; {@link dev.proa.diagnosis.Hints} picks those that explain an operation that has failed.
 * Nothing here runs on the way of an operation that succeeds.
 *
 * <p>Only looking: no mount is attached, nothing is written, nothing of the image is executed. What
 * lies in a root file system is resolved through {@link dev.proa.setup.Rootfs}, so that no link of
 * an image leads to a file of the host's. Questions are put to the kernel where it can answer
 * without doing anything (fsopen(2) knows whether a file system takes an option), not to its
 * version.
 */
package dev.proa.diagnosis;
