package dev.proa.spec;

import dev.proa.spec.linux.resources.Resources;

/** From the bytes of a document to its checked record, in one step. */
public final class Specs {
  private Specs() {}

  /**
   * Parses, validates and reads a config, and holds it against {@link SpecRules#create}.
   *
   * @param name what errors call the document: {@code config.json}
   * @param text its bytes
   * @throws InvalidSpecException with every violation that one of the four steps finds
   */
  public static Loaded load(String name, byte[] text) {
    JsonDocument document = JsonDocument.parse(name, text);
    SpecValidator.config(document);
    Spec spec = Spec.read(document);
    SpecRules.create(document, spec);
    return new Loaded(document, spec);
  }

  /**
   * Reads a config that was checked before: the copy that the runtime keeps.
   *
   * @throws InvalidSpecException if it was damaged since
   */
  public static Spec trusted(String name, byte[] text) {
    return Spec.read(JsonDocument.parse(name, text));
  }

  /**
   * Reads a process for exec --process, checked like a config.
   *
   * @throws InvalidSpecException with every violation
   */
  public static Process process(String name, byte[] text) {
    JsonDocument document = JsonDocument.parse(name, text);
    SpecValidator.process(document);
    Process process = Process.read(document.root());
    SpecRules.process(document, process);
    return process;
  }

  /**
   * Reads resources for update --resources.
   *
   * @throws InvalidSpecException with every violation
   */
  public static Resources resources(String name, byte[] text) {
    JsonDocument document = JsonDocument.parse(name, text);
    SpecValidator.resources(document);
    return Resources.read(document.root());
  }

  /**
   * A config and where it was read from.
   *
   * @param document says where each value stood, for errors found later
   * @param spec the config
   */
  public record Loaded(JsonDocument document, Spec spec) {}
}
