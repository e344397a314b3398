/**
 * Control groups version 2: one hierarchy, one directory for all controllers, one file for each
 * here. Device rules are an eBPF program; freezing and killing are files of the cgroup itself.
 */
package dev.proa.cgroup.v2;
