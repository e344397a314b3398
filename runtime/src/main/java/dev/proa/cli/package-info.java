/**
 * The command line as runc's callers write it: global flags, one class for each command, Go's flag
 * forms, exit codes, log records. The only package that imports picocli and the only one that
 * prints.
 */
package dev.proa.cli;
