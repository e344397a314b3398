/**
 * Records for config-linux.md, one for each heading. Component names are the JSON names; what is
 * absent is null (objects, numbers, strings) or empty (lists, maps).
 */
package dev.proa.spec.linux;
