/**
 * The timeline of a command: {@code --timeline FILE}. {@link dev.proa.kernel.TimingKernel} collects
 * phases and calls of all processes; here they become a file: Chrome's trace events, which Perfetto
 * opens, or the spans of OpenTelemetry's protocol in JSON.
 */
package dev.proa.timeline;
