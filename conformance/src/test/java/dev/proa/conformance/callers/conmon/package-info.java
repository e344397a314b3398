/** conmon, alone: the monitor that CRI-O starts for every container and every exec. */
package dev.proa.conformance.callers.conmon;
