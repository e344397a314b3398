package dev.proa.cli;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The lines {@code hint: …} after an error on stderr.
 *
 * <p>They are for people, and must not reach a program that reads the error. They are left out:
 *
 * <ul>
 *   <li>with {@code --no-hints};
 *   <li>with {@code --log}, as containerd, Docker, podman and buildkit call it: their error is the
 *       one record in the log, and stderr has that text alone;
 *   <li>with {@code --log-format=json}, which makes stderr JSON;
 *   <li>under conmon (podman without JSON logs, CRI-O), which sends all of stderr on as the error's
 *       message, and which is known by its variable {@code _OCI_SYNCPIPE}.
 * </ul>
 *
 * <p>On a terminal somebody looks at them: there {@code --log} does not matter. Where an engine
 * gets them all the same, they do no harm: no hint has a word that engines look for ({@link
 * dev.proa.diagnosis.Hints}).
 */
final class HintLines {
  private static final Fd STDERR = new Fd(null, 2, "stderr");

  private final Kernel kernel;
  private final Screen screen;
  private final boolean wanted;

  HintLines(Kernel kernel, GlobalOptions global, Map<String, String> environment) {
    this.kernel = kernel;
    this.screen = Screen.of(kernel, STDERR, environment);
    boolean read =
        (global.log != null && !global.log.isEmpty())
            || !global.logFormat.equals("text")
            || environment.containsKey("_OCI_SYNCPIPE");
    this.wanted = !global.noHints && (screen.isTerminal() || !read);
  }

  /**
   * Prints what an action knows about its failure. Whatever goes wrong, the error stays as it is.
   */
  void print(Action action, Invocation invocation, String message) {
    if (!wanted || message == null) {
      return;
    }
    List<String> lines;
    try {
      lines = action.hints(invocation, message);
    } catch (RuntimeException e) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(screen.paint(Screen.Style.YELLOW, "hint:")).append(' ');
      text.append(Screen.printable(line)).append('\n');
    }
    if (!text.isEmpty()) {
      new FileCalls(kernel).writeAll(STDERR, text.toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
