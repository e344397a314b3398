/** What the tests ask of the machine: processes, mounts, cgroups, descriptors over sockets. */
package dev.proa.conformance.host;
