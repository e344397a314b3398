/** Records for config-linux.md, Control groups: one for each controller. */
package dev.proa.spec.linux.resources;
