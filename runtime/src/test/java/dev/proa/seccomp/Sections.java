package dev.proa.seccomp;

import dev.proa.spec.JsonDocument;
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompArg;
import dev.proa.spec.linux.SeccompRule;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Sections for the tests. */
final class Sections {
  static final List<String> X86 = List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");

  private Sections() {}

  /** Docker's profile for a container with the capabilities that it gives by default. */
  static Seccomp dockerDefault() {
    try (InputStream in = Sections.class.getResourceAsStream("docker-default.json")) {
      return Seccomp.read(JsonDocument.parse("docker-default.json", in.readAllBytes()).root());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Seccomp section(
      Seccomp.Action defaultAction, List<String> architectures, SeccompRule... rules) {
    return new Seccomp(defaultAction, null, architectures, List.of(), null, null, List.of(rules));
  }

  static Seccomp withArchitectures(Seccomp section, List<String> architectures) {
    return new Seccomp(
        section.defaultAction(),
        section.defaultErrnoRet(),
        architectures,
        section.flags(),
        section.listenerPath(),
        section.listenerMetadata(),
        section.syscalls());
  }

  static SeccompRule rule(Seccomp.Action action, List<String> names, SeccompArg... args) {
    return new SeccompRule(names, action, null, List.of(args));
  }

  static SeccompRule errno(int errno, String name, SeccompArg... args) {
    return new SeccompRule(List.of(name), Seccomp.Action.SCMP_ACT_ERRNO, errno, List.of(args));
  }

  static SeccompArg arg(int index, String op, long value) {
    return arg(index, op, value, 0);
  }

  static SeccompArg arg(int index, String op, long value, long valueTwo) {
    return new SeccompArg(index, value, valueTwo, SeccompArg.Op.valueOf("SCMP_CMP_" + op));
  }
}
