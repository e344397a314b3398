/** buildah, which calls the runtime itself, without conmon: create, start, state, kill, delete. */
package dev.proa.conformance.callers.buildah;
