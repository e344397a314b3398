/**
 * Control groups version 1, one file for each controller, also where cgroup2 is mounted beside them
 * (the hybrid layout): the container's processes are then in both, and a limit whose controller has
 * moved to cgroup2 (hugetlb, rdma) is set there.
 */
package dev.proa.cgroup.v1;
