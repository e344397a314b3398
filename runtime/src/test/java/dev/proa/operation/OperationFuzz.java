package dev.proa.operation;

import dev.proa.spec.Process;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fuzz targets of what this package reads. */
public final class OperationFuzz {
  private OperationFuzz() {}

  /** {@code exec --user}: what is taken is two decimal ids and nothing else (CVE-2026-30892). */
  public static void user(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    ExecRequest request =
        new ExecRequest(
            "id",
            null,
            List.of("true"),
            null,
            List.of(),
            false,
            text,
            List.of(),
            List.of(),
            null,
            null,
            null,
            List.of(),
            false,
            new ExecRequest.Launching(false, null, null, null, 0));
    Process process;
    try {
      process = ExecProcess.of(request, Process.NONE);
    } catch (OperationException e) {
      return;
    }
    if (!text.isEmpty()) {
      String[] ids = text.split(":", -1);
      boolean same =
          text.matches("[0-9]{1,10}(:[0-9]{1,10})?")
              && Long.parseLong(ids[0]) == process.user().uid()
              && (ids.length == 1 || Long.parseLong(ids[1]) == process.user().gid());
      if (!same || process.user().uid() >= 0xffffffffL) {
        throw new AssertionError(text + " is read as " + process.user());
      }
    }
  }

  /** Amounts of the update command's flags. */
  public static void quantity(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      Quantity.bytes("memory", text);
    } catch (OperationException e) {
      return;
    }
    if (!text.isEmpty() && !text.matches("-1|\\+?[0-9.]+ ?[A-Za-z]*")) {
      throw new AssertionError("taken for an amount: " + text);
    }
  }
}
