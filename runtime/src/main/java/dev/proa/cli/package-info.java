/**
 * The command line as runc's callers write it: global flags, one class for each command, Go's flag
 * forms, exit codes, log records. The only package that imports picocli and the only one that
 * prints.
 *
 * <p>A link named runc or crun only changes the name in {@code --version} and in the words for a
 * wrong number of arguments: flags of both are always known. The default root is /run/proa under
 * every name, so that a container is found whichever way proa is called, and the states of a real
 * runc or crun in /run/runc or /run/crun, which are of another form, are never touched.
 *
 * <p>A command line that cannot be parsed prints the usage on stdout and one record in the log, as
 * runc does: callers probe for features so.
 */
package dev.proa.cli;
