/**
 * The seccomp filter of a container: config-linux.md, Seccomp.
 *
 * <p>{@code SeccompCompiler} is a pure function from the spec's section to a program of classic
 * BPF, and runs before the container's process exists; the process itself makes one prepared call.
 * There are four steps. {@code RuleSet} takes the section apart, as libcontainer does. {@code
 * ArchRules} gives the calls their numbers on one architecture and settles what several rules for
 * one call mean, as libseccomp does. {@code Ranges} holds the result: what happens for each of all
 * numbers. {@code FilterCode} writes it as a binary search, through {@code BpfAssembler}.
 *
 * <p>libseccomp does the same with a list of comparisons; runc then puts code in front of its
 * result that answers ENOSYS to calls that are newer than the profile. Here that is one more range.
 * The tests run proa's programs and libseccomp's on every call number and compare.
 *
 * <p>The numbers of the calls are data: {@code syscalls.tsv}, made by hack/seccomp-tables.
 */
package dev.proa.seccomp;
