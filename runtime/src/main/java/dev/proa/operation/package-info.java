/**
 * What each command does, without the command line: create, run, start, state, kill, delete, list,
 * spec, features, pause, resume, ps, events, update. An operation reads the state, decides whether
 * it may go on, lets {@code launch}, {@code cgroup} and {@code hook} act, and writes the state; it
 * prints nothing.
 */
package dev.proa.operation;
