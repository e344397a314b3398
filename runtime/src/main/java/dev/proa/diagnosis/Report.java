package dev.proa.diagnosis;

import dev.proa.kernel.KernelException;
import java.util.ArrayList;
import java.util.List;

/** The findings of one check, as they come. */
final class Report {
  private final List<Finding> findings = new ArrayList<>();

  void error(String pointer, String message, String help) {
    add(Finding.Severity.ERROR, pointer, message, help);
  }

  void warning(String pointer, String message, String help) {
    add(Finding.Severity.WARNING, pointer, message, help);
  }

  void add(Finding.Severity severity, String pointer, String message, String help) {
    findings.add(new Finding(severity, pointer, message, help));
  }

  /** Makes one of the checks; what it may not look at is left out: it is no finding. */
  void run(Runnable check) {
    try {
      check.run();
    } catch (KernelException e) {
      return; // closed to this user, or gone meanwhile
    }
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }
}
