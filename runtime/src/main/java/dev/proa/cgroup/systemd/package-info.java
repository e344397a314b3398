/**
 * Control groups that systemd makes: {@code --systemd-cgroup}. The container is a transient unit, a
 * scope around its first process; systemd keeps its limits as properties of the unit, and gives the
 * directory away ({@code Delegate=}), so that the rest is written into its files as without
 * systemd.
 *
 * <p>The way of a container: {@link dev.proa.cgroup.systemd.UnitName} (the config's {@code
 * slice:prefix:name}) → {@link dev.proa.cgroup.systemd.SystemdCgroup#plan} (asks systemd where its
 * units are; nothing is made, so that state can record the paths, whose last part is the unit's
 * name) → {@code join} from outside, with init's pid: systemd refuses a scope without a process.
 * The properties come from the same {@link dev.proa.cgroup.Write}s as the files: {@link
 * dev.proa.cgroup.systemd.UnitProperties} has one table of file names.
 *
 * <p>systemd is spoken to over D-Bus by a client of our own, not by libsystemd's sd-bus:
 *
 * <ul>
 *   <li>libsystemd would be a second library in the process, and each host has another version of
 *       it, or none: loading it takes compression and crypto libraries along, and sd-bus's varargs
 *       and callbacks are what an image without code generation does worst;
 *   <li>five methods and one signal of one peer are needed. The wire format of those is some three
 *       hundred lines of pure functions, tested against recorded bytes;
 *   <li>all calls pass through {@code dev.proa.kernel} like everything else here, and a host
 *       without systemd gets a sentence instead of a loader's message.
 * </ul>
 *
 * <p>No class of this package is touched by a container that does not ask for systemd. No
 * connection is held while init is made: each step opens its own and closes it.
 *
 * <p>Sources: the D-Bus specification (dbus.freedesktop.org), org.freedesktop.systemd1(5),
 * systemd.resource-control(5).
 */
package dev.proa.cgroup.systemd;
