package dev.proa.conformance.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Options of {@code run}: those of {@code create} and its own. */
public record RunOptions(CreateOptions create, boolean detach, boolean keep) {
  /** Only {@code --bundle}: in the foreground. */
  public static RunOptions bundle(Path bundle) {
    return new RunOptions(CreateOptions.bundle(bundle), false, false);
  }

  /** In the foreground with these options of {@code create}. */
  public static RunOptions of(CreateOptions create) {
    return new RunOptions(create, false, false);
  }

  /** With {@code --detach}. */
  public RunOptions withDetach() {
    return new RunOptions(create, true, keep);
  }

  /** With {@code --keep}: the stopped container stays. */
  public RunOptions withKeep() {
    return new RunOptions(create, detach, true);
  }

  List<String> arguments() {
    List<String> all = new ArrayList<>(create.arguments());
    if (detach) {
      all.add("--detach");
    }
    if (keep) {
      all.add("--keep");
    }
    return all;
  }
}
