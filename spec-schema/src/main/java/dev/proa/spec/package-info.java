/**
 * The runtime-spec 1.3.0 as JSON Schema and as records: bytes become checked records here and
 * nowhere else.
 *
 * <p>{@link dev.proa.spec.Specs#load} takes four steps. {@link dev.proa.spec.JsonDocument} parses
 * strictly and with limits. {@link dev.proa.spec.SpecValidator} holds the tree against {@code
 * schema/*.json}, our own text in draft 2020-12, compiled into the image when it is built. Each
 * record reads itself from a {@link dev.proa.spec.Json} cursor, without reflection: one heading of
 * config.md or config-linux.md is one record. {@link dev.proa.spec.SpecRules} says what a schema
 * cannot. Nothing here touches the kernel.
 *
 * <p>What fails throws {@link dev.proa.spec.InvalidSpecException} with every violation, each with
 * pointer, line and column. Positions are found by scanning the text again, so the good path pays
 * nothing for them. Whoever finds something wrong later, with the kernel's help, reports it the
 * same way through {@link dev.proa.spec.JsonDocument#invalid(String, String)}.
 *
 * <p>Component names are the JSON names; {@code class} and {@code final}, which Java keeps for
 * itself, are {@code ioClass} and {@code finalCpus}. An absent object, string or number is null
 * where the spec has no default, an absent list or map is empty. uint64 values are the 64 bits of a
 * {@code long}.
 *
 * <p>{@link dev.proa.spec.JsonWriter} writes what callers read, in the layout and with the escapes
 * of Go's encoding/json.
 */
package dev.proa.spec;
