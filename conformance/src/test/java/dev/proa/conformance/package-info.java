/**
 * Black-box tests of an OCI runtime: they know only its executable, its command line and the files
 * and processes it makes. One class {@code XIT} per heading of the runtime-spec, or per contract
 * with callers (lifecycle, errors, console, command line).
 *
 * <p>{@code mvn -Pconformance -pl conformance test -Druntime=runc} runs them, as root, on any
 * runtime; without {@code -Druntime} on this project's executable. A test is proven on runc before
 * it counts: where a peer cannot pass (older than the feature, a bug of its own), an assumption in
 * the test says why.
 *
 * <p>A test has a {@link dev.proa.conformance.Sandbox}: it makes bundles and containers under one
 * unique name, and afterwards checks that no state folder, mount, cgroup or process of that name is
 * left. {@link dev.proa.conformance.client} is the typed command line, {@link
 * dev.proa.conformance.host} what a test asks of the machine.
 */
package dev.proa.conformance;
