/** A typed client of an OCI runtime's command line: one options record per command. */
package dev.proa.conformance.client;
