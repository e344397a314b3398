package dev.proa.doctor;

import dev.proa.kernel.Kernel;
import java.util.List;

/** Asks everything that containers may need of this machine. */
public final class Doctor {
  private Doctor() {}

  /** All answers, by subject. */
  public static List<Probe> ask(Kernel kernel) {
    Probes probes = new Probes(kernel);
    new KernelProbes(probes).ask();
    new NamespaceProbes(probes).ask();
    new CgroupProbes(probes).ask();
    new MountProbes(probes).ask();
    new UserProbes(probes).ask();
    return probes.answers();
  }
}
