package dev.proa.audit;

import java.util.ArrayList;
import java.util.List;

/** Collects exposures. */
final class Exposures {
  private final List<Exposure> all = new ArrayList<>();
  private final boolean userNamespace;

  Exposures(boolean userNamespace) {
    this.userNamespace = userNamespace;
  }

  void add(Grade grade, String pointer, String message) {
    all.add(new Exposure(grade, pointer, message, false));
  }

  /**
   * Adds what only somebody privileged on the host could use: privileges of a user namespace of its
   * own reach only what belongs to that namespace.
   */
  void addForRoot(Grade grade, String pointer, String message) {
    add(userNamespace ? grade.inUserNamespace() : grade, pointer, message);
  }

  void addLive(Grade grade, String pointer, String message) {
    all.add(new Exposure(grade, pointer, message, true));
  }

  List<Exposure> all() {
    return all;
  }
}
