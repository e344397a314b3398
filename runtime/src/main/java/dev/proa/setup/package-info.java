/**
 * The steps that turn the config into a container, one file for each section of the spec; their
 * order stands in {@code ContainerPlan} only.
 */
package dev.proa.setup;
