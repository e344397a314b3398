package dev.proa.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything that is wrong with a config, at once: where {@link Specs#load} stops at the first of
 * its four steps that fails, this takes what is wrong out ({@link Repair}) and goes on with the
 * rest.
 *
 * @param document the config with what is wrong taken out; null if it is no JSON
 * @param spec the same as records; null if nothing of it can be read
 * @param errors what {@link Specs#load} refuses, in the order of the text
 * @param warnings members that the spec does not know, which are ignored as it demands
 */
public record ConfigCheck(
    JsonDocument document, Spec spec, List<Violation> errors, List<Violation> warnings) {

  /**
   * Checks; throws nothing.
   *
   * @param name what messages call the document: {@code config.json}
   * @param text its bytes
   */
  public static ConfigCheck of(String name, byte[] text) {
    JsonDocument document;
    try {
      document = JsonDocument.parse(name, text);
    } catch (InvalidSpecException e) {
      return new ConfigCheck(null, null, e.violations(), List.of());
    }
    Repair repair = new Repair(document);
    List<Violation> errors = new ArrayList<>(SpecValidator.faults(document, repair::cut));
    Spec spec = repair.read(errors);
    if (spec != null) {
      for (Violation violation : SpecRules.violations(repair.document(), spec)) {
        if (!repair.touches(violation.pointer())) {
          errors.add(violation);
        }
      }
    }
    return new ConfigCheck(
        repair.document(), spec, JsonDocument.sorted(errors), UnknownNames.in(document));
  }

  /** Whether what stands at that pointer was wrong and taken out, or something in it or around. */
  public boolean isWrong(String pointer) {
    for (Violation error : errors) {
      if (Repair.isWithin(error.pointer(), pointer) || Repair.isWithin(pointer, error.pointer())) {
        return true;
      }
    }
    return false;
  }
}
