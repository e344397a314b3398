/**
 * Hostile input for everything that reads what others wrote: each target takes any bytes, lets only
 * the documented exception pass, and holds what was read against a second, simpler reading. {@code
 * FuzzTest} runs them briefly with every test run, {@code hack/fuzz} for long, guided by coverage.
 */
package dev.proa.fuzz;
