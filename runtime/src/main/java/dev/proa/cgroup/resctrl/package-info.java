/**
 * Intel RDT and its kin on other processors: shares of caches and of memory bandwidth, through the
 * kernel's resctrl file system (Documentation/filesystems/resctrl.rst).
 *
 * <p>It is not a control group, but used like one: a class of service is a folder, its {@code
 * schemata} file are the limits, a pid written to {@code tasks} joins. A container is in one class,
 * which is its own, or one that was there and may be shared; {@link
 * dev.proa.cgroup.resctrl.ResctrlGroup} knows which, {@link dev.proa.cgroup.resctrl.Schemata}
 * whether a class is as the config wants it.
 */
package dev.proa.cgroup.resctrl;
