/**
 * Attacks on the runtime, from inside a container or by a hostile bundle: every advisory known
 * against runc, crun or youki is mounted here, or where its test has another home, named in the
 * table of {@code conformance/REPORT.md}, "Attacks and mutants".
 *
 * <p>A test of this package is worth what it notices: {@code hack/mutants} runs each on executables
 * with one defence taken out, on which it must fail. {@link
 * dev.proa.conformance.attacks.Holes#known} names the peers that have the hole; with {@code
 * -Dholes=true} the attack is mounted on them too, and must get through.
 */
package dev.proa.conformance.attacks;
