package dev.proa.operation;

import dev.proa.audit.ConfigAudit;
import dev.proa.audit.Exposure;
import dev.proa.audit.Grade;
import dev.proa.audit.LiveAudit;
import dev.proa.kernel.Kernel;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.Spec;
import dev.proa.spec.Specs;
import dev.proa.spec.State;
import dev.proa.spec.Violation;
import java.util.ArrayList;
import java.util.List;

/** {@code audit}: what stands between a container, or a bundle's container to be, and the host. */
public final class Audit {
  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public Audit(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * The answer.
   *
   * @param file the config that places are in
   * @param text its bytes, from which lines are shown
   * @param live whether a running process was looked at
   * @param items the worst first
   */
  public record Result(String file, byte[] text, boolean live, List<Item> items) {
    /** How many have that grade. */
    public int count(Grade grade) {
      int count = 0;
      for (Item item : items) {
        count += item.exposure.grade() == grade ? 1 : 0;
      }
      return count;
    }
  }

  /** One exposure with its place in the config. */
  public record Item(Exposure exposure, Violation place) {}

  /**
   * Of a bundle.
   *
   * @param path the folder, absolute
   * @throws OperationException if there is no config
   * @throws dev.proa.spec.InvalidSpecException if it is not valid
   */
  public Result bundle(String path) {
    Bundle bundle = Bundle.read(kernel, path);
    if (bundle.spec().root() == null) {
      throw bundle.document().invalid("", "root: required but missing");
    }
    List<Exposure> exposures = ConfigAudit.exposures(bundle.spec(), path);
    return result(path + "/config.json", bundle.text(), bundle.document(), false, exposures);
  }

  /**
   * Of a container, by the config of its creation; where it runs, by what it has now too.
   *
   * @throws OperationException if there is no such container
   */
  public Result container(String id) {
    try (Container container = Container.look(kernel, settings, id)) {
      byte[] text = container.folder().readConfig();
      String file = container.folder().path() + "/config.json";
      Spec spec = Specs.trusted(file, text);
      List<Exposure> exposures =
          new ArrayList<>(ConfigAudit.exposures(spec, container.state().bundle()));
      State.Status status = container.status();
      // What waits for its start has not become its process yet.
      boolean live = status == State.Status.RUNNING || status == State.Status.PAUSED;
      if (live) {
        exposures.addAll(LiveAudit.exposures(kernel, spec, container.state().initProcessPid()));
      }
      return result(file, text, JsonDocument.parse(file, text), live, exposures);
    }
  }

  private static Result result(
      String file, byte[] text, JsonDocument document, boolean live, List<Exposure> exposures) {
    List<Item> items = new ArrayList<>();
    for (Exposure exposure : exposures) {
      items.add(new Item(exposure, document.violation(exposure.pointer(), exposure.message())));
    }
    items.sort(Audit::worstFirst);
    return new Result(file, text, live, items);
  }

  private static int worstFirst(Item a, Item b) {
    int grades = b.exposure.grade().compareTo(a.exposure.grade());
    return grades != 0 ? grades : Integer.compare(a.place.line(), b.place.line());
  }
}
