/**
 * Limits, devices, statistics and the processes of a container: control groups, version 1 (also in
 * the hybrid layout, with cgroup2 beside it) and version 2.
 *
 * <p>A controller only translates: the spec's resources into a list of {@link
 * dev.proa.cgroup.Write}s, and its files' text into a part of {@link dev.proa.cgroup.Stats}. {@link
 * dev.proa.cgroup.CgroupFiles} does all input and output. Where the kernel may refuse a value for
 * now, or a file may be missing, the write says what to do then, so that the translation stays
 * pure.
 *
 * <p>The way of a container: {@link dev.proa.cgroup.Layout} (where the hierarchies are) → {@link
 * dev.proa.cgroup.Cgroups#plan} (the paths; nothing is touched, so that state can record them) →
 * {@link dev.proa.cgroup.Cgroup#create} → {@link dev.proa.cgroup.Cgroup#set} → {@link
 * dev.proa.cgroup.Cgroup#join}. Later commands know the cgroup by its recorded paths: {@link
 * dev.proa.cgroup.Cgroups#of}.
 *
 * <p>No descriptor is held between two calls: one that is open on cgroupfs while the container's
 * process is set up could be reached from inside (CVE-2024-21626).
 */
package dev.proa.cgroup;
