package dev.proa.conformance.faults;

import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The calls of one operation that went well, from strace's file: the points to disturb it at. */
final class Trace {
  private static final Pattern CALL = Pattern.compile("(\\d+) +(\\w+)\\(.*");
  private static final Pattern EXEC = Pattern.compile("\\d+ +execve(at)?\\(.*= 0");
  private static final Pattern END =
      Pattern.compile("(\\d+) +\\+\\+\\+ (exited with|killed by) .*");

  /** One process's calls: how many of each when it came to its business, at an exec, at its end. */
  private static final class Calls {
    final Map<String, Integer> count = new LinkedHashMap<>();
    Map<String, Integer> begun;
    Map<String, Integer> atExec;
  }

  private final Map<String, Calls> processes = new LinkedHashMap<>();

  /**
   * Reads the file.
   *
   * @param folder the test's: the first call with a path in it is the first of the business; what
   *     the dynamic linker and the virtual machine do before is not proa's
   */
  Trace(Path file, Path folder) {
    for (String line : HostFiles.read(file).lines().toList()) {
      Matcher call = CALL.matcher(line);
      if (call.matches()) {
        Calls of = processes.computeIfAbsent(call.group(1), pid -> new Calls());
        of.count.merge(call.group(2), 1, Integer::sum);
        if (EXEC.matcher(line).matches()) {
          of.atExec = Map.copyOf(of.count);
          of.begun = null;
        } else if (of.begun == null && line.contains("\"" + folder)) {
          of.begun = new LinkedHashMap<>(of.count);
          of.begun.merge(call.group(2), -1, Integer::sum);
        }
      }
    }
  }

  /** Whether the runtime, the first process in the file, has ended. */
  static boolean hasEnded(Path file) {
    String text = HostFiles.readOrEmpty(file);
    if (!text.contains(" ")) {
      return false;
    }
    String runtime = text.substring(0, text.indexOf(' '));
    return text.lines()
        .anyMatch(
            line -> {
              Matcher end = END.matcher(line);
              return end.matches() && end.group(1).equals(runtime);
            });
  }

  /**
   * All faults: of the runtime's process, and of its children up to the container's program, as far
   * as their number is not one that the runtime has too.
   */
  List<Fault> faults() {
    List<Fault> faults = new ArrayList<>();
    Calls runtime = null;
    Map<String, Integer> done = new LinkedHashMap<>();
    for (Calls each : processes.values()) {
      if (runtime == null) {
        runtime = each;
        each.count.forEach(
            (call, count) -> {
              add(faults, call, each.begun.getOrDefault(call, 0), count, false);
              done.put(call, count);
            });
      } else {
        (each.atExec == null ? each.count : each.atExec)
            .forEach(
                (call, count) -> {
                  add(faults, call, done.getOrDefault(call, 0), count, true);
                  done.merge(call, count, Math::max);
                });
      }
    }
    return faults;
  }

  private static void add(List<Fault> faults, String call, int after, int last, boolean children) {
    List<String> errnos = Errnos.of(call);
    for (int number = after + 1; number <= last && !errnos.isEmpty(); number++) {
      for (String errno : errnos) {
        faults.add(new Fault(call, number, errno, children));
      }
      faults.add(new Fault(call, number, null, children));
    }
  }
}
