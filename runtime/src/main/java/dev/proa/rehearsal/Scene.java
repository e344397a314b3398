package dev.proa.rehearsal;

import dev.proa.kernel.Call;
import java.util.List;

/**
 * What one process does.
 *
 * @param name the runtime itself, or what it cloned: {@code init}, {@code hook}, …
 * @param actions its calls in their order
 */
public record Scene(String name, List<Action> actions) {
  /**
   * One call.
   *
   * @param section what it is made for: a section of the config, or {@code state}, {@code start}, …
   * @param call the call
   * @param result what it would return: zero or more, or the negated errno
   * @param file for a write the file's path as the process sees it, else null
   */
  public record Action(String section, Call call, long result, String file) {}
}
