package dev.proa.operation;

import dev.proa.diagnosis.BundleCheck;
import dev.proa.diagnosis.Finding;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.spec.ConfigCheck;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.Violation;
import java.util.ArrayList;
import java.util.List;

/** {@code validate}: all that is wrong with a bundle, without making anything of it. */
public final class Validate {
  private final Kernel kernel;

  /** Over that kernel. */
  public Validate(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * What is wrong with a config.
   *
   * @param file its path as the caller wrote it
   * @param text its bytes, from which lines are shown
   * @param items in the order of the text
   */
  public record Result(String file, byte[] text, List<Item> items) {
    /** How many are of that severity. */
    public int count(Finding.Severity severity) {
      int count = 0;
      for (Item item : items) {
        count += item.severity == severity ? 1 : 0;
      }
      return count;
    }
  }

  /** One thing that is wrong, with its place. */
  public record Item(Finding.Severity severity, Violation violation, String help) {}

  /**
   * Checks.
   *
   * @param file the config, absolute
   * @param name what its path is to be called
   * @param configOnly whether the root file system and this host are left out
   * @throws OperationException if there is no such file
   */
  public Result validate(String file, String name, boolean configOnly) {
    byte[] text;
    try {
      text = new FileCalls(kernel).readFile(Fd.CWD, file, JsonDocument.MAX_BYTES);
    } catch (KernelException e) {
      if (e.is(Errno.ENOENT)) {
        throw new OperationException("JSON specification file " + name + " not found");
      }
      throw new OperationException("read " + name + ": " + e.errno());
    }
    ConfigCheck check = ConfigCheck.of(name, text);
    List<Item> items = new ArrayList<>();
    for (Violation error : check.errors()) {
      items.add(new Item(Finding.Severity.ERROR, error, null));
    }
    for (Violation warning : check.warnings()) {
      items.add(new Item(Finding.Severity.WARNING, warning, null));
    }
    if (!configOnly && check.spec() != null) {
      String bundle = file.substring(0, Math.max(file.lastIndexOf('/'), 1));
      for (Finding finding : BundleCheck.findings(kernel, check.spec(), bundle)) {
        if (!check.isWrong(finding.pointer())) {
          Violation violation = check.document().violation(finding.pointer(), finding.message());
          items.add(new Item(finding.severity(), violation, finding.help()));
        }
      }
    }
    items.sort((a, b) -> Violation.byPlace(a.violation, b.violation));
    return new Result(name, text, items);
  }
}
