package dev.proa.operation;

import dev.proa.cgroup.CgroupException;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.state.StateFolder;
import dev.proa.state.StateRoot;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code gc}: finds what killed runtimes have left below the root folder, and takes it away.
 *
 * <p>A container that lives, one that has stopped and waits for its {@code delete}, and one that
 * another runtime holds the lock of are left alone.
 */
public final class Gc {
  private final Kernel kernel;
  private final Settings settings;
  private final List<String> warnings = new ArrayList<>();

  /**
   * Something that was left.
   *
   * @param id the container's id: the name of the state folder
   * @param problem what is wrong with it
   * @param removed whether it was taken away
   * @param reason why it was not, or null
   */
  public record Leftover(String id, String problem, boolean removed, String reason) {}

  /** Over that kernel, below {@code settings.root()}. */
  public Gc(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Looks through all folders, in the order of their names.
   *
   * @param dryRun whether to leave everything as it is
   */
  public List<Leftover> collect(boolean dryRun) {
    List<Leftover> found = new ArrayList<>();
    StateRoot root = new StateRoot(kernel, settings.root());
    for (String id : root.ids()) {
      try (StateFolder folder = root.openUnlessBusy(id)) {
        if (folder != null) {
          look(id, folder, dryRun, found);
        }
      } catch (KernelException e) {
        if (!e.is(Errno.ENOTDIR)) { // a file: nothing of proa's
          found.add(new Leftover(id, "its folder cannot be read", false, e.getMessage()));
        }
      }
    }
    return found;
  }

  /** Poststop hooks that failed, one sentence each. */
  public List<String> warnings() {
    return warnings;
  }

  private void look(String id, StateFolder folder, boolean dryRun, List<Leftover> found) {
    Remains remains = Remains.of(folder);
    if (remains.complete()) {
      return;
    }
    String problem = problem(remains);
    if (remains.damage() != null && lives(remains)) {
      found.add(new Leftover(id, problem, false, "its processes live: delete --force " + id));
    } else if (dryRun) {
      found.add(new Leftover(id, problem, false, null));
    } else {
      found.add(remove(id, problem, folder, remains));
    }
  }

  private static String problem(Remains remains) {
    if (remains.damage() != null) {
      return "damaged state: " + remains.damage();
    }
    if (remains.state() == null) {
      return "empty: its create was killed before it made anything";
    }
    return remains.made()
        ? "half made: its create was killed before init was ready"
        : "half made: its create was killed before there was an init";
  }

  /** Whether a container whose state is damaged may be running: its pid is not known. */
  private boolean lives(Remains remains) {
    return remains.init().isAlive(kernel)
        || (remains.state() != null
            && !CgroupOf.state(kernel, remains.state()).processes().isEmpty());
  }

  private Leftover remove(String id, String problem, StateFolder folder, Remains remains) {
    try {
      for (String failure : remains.destroy(kernel, folder)) {
        warnings.add(id + ": " + failure);
      }
      return new Leftover(id, problem, true, null);
    } catch (OperationException | CgroupException | KernelException e) {
      return new Leftover(id, problem, false, e.getMessage());
    }
  }
}
