/**
 * The runtime-spec 1.3.0 as JSON Schema and as records; one record for each heading of config.md.
 */
package dev.proa.spec;
