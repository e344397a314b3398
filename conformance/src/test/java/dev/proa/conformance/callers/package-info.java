/**
 * Real callers of an OCI runtime, as the distribution packages them, run by the tests on the
 * runtime under test: one package and one or more classes {@code XIT} per caller, a test per
 * scenario.
 *
 * <p>A class registers a static {@link dev.proa.conformance.callers.Caller}. It gives the class a
 * name, a folder, and a mount namespace of its own with the view of cgroups that every runtime
 * takes (v1 alone where the machine has both kinds); a daemon or a command started through it lives
 * in there, finds the runtime as {@code caller.executable()}, and keeps its root, state and sockets
 * below {@code caller.folder()}. What a caller makes must carry {@code caller.name()}: cgroups
 * below {@code /NAME/}, state folders either below {@code caller.folder()} and given to {@code
 * caller.watch(folder)}, or with the name in theirs. After each test whatever was not there before
 * it (processes, mounts, cgroups, entries of watched folders) fails that test; after the class
 * everything is removed. {@link dev.proa.conformance.callers.Image} writes a busybox image, as the
 * tarball that all callers load; {@link dev.proa.conformance.callers.Readme} gives a test the
 * configuration that README.md shows for its caller, so that what is said there is what was tested.
 *
 * <p>A scenario's name is its test's {@code @DisplayName}, the same for every runtime. Its result
 * becomes one row of {@code target/callers/CALLER-RUNTIME.tsv}: scenario, {@code passed}, {@code
 * failed} or {@code skipped}, reason. An assumption skips what a peer cannot do; {@code
 * caller.note} puts a measurement into the row. Several classes may share a caller's name. {@code
 * hack/callers} runs all classes of this package on runc, crun and proa and makes the table in
 * {@code conformance/REPORT.md} from the rows. A class whose caller is not installed is skipped.
 */
package dev.proa.conformance.callers;
