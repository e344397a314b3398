package dev.proa.conformance.faults;

import java.nio.file.Path;
import java.util.List;

/**
 * One thing that goes wrong.
 *
 * @param call the system call
 * @param number which one of its process, counted from 1
 * @param errno the error's name, or null where the process is killed before the call
 * @param children whether it happens in the runtime's children too, or in the runtime only
 */
record Fault(String call, int number, String errno, boolean children) {
  /**
   * What stands before the command line.
   *
   * @param trace gets the processes' ends
   */
  List<String> strace(Path trace) {
    String effect = errno == null ? "signal=KILL" : "error=" + errno;
    return List.of(
        "strace",
        children ? "-fq" : "-q",
        "-o",
        trace.toString(),
        "--trace=execve," + call,
        "--inject=" + call + ":" + effect + ":when=" + number);
  }

  @Override
  public String toString() {
    return (children ? "child's " : "")
        + call
        + " number "
        + number
        + ": "
        + (errno == null ? "killed" : errno);
  }
}
