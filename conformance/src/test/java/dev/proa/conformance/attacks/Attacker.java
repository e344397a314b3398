package dev.proa.conformance.attacks;

import dev.proa.conformance.Bundle;
import dev.proa.conformance.Container;
import dev.proa.conformance.Sandbox;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The program attacker.c, compiled for one test, as the process of a container. */
final class Attacker {
  private static final String SOURCE = "/attacks/attacker.c";

  private final Sandbox box;
  private final Path program;

  /** Compiles it. */
  Attacker(Sandbox box) {
    this.box = box;
    Path source = box.folder().resolve("attacker.c");
    this.program = box.folder().resolve("attacker");
    try (InputStream text = Attacker.class.getResourceAsStream(SOURCE)) {
      Files.copy(text, source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    box.host("gcc", "-O2", "-static", "-o", program.toString(), source.toString());
  }

  /** Starts it in the container of a bundle and waits until it has said its first line. */
  Container start(Bundle bundle, String... arguments) {
    try {
      Files.copy(program, bundle.rootfs().resolve("attacker"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> args = new ArrayList<>(List.of("/attacker"));
    args.addAll(List.of(arguments));
    Container container = box.started(bundle.args(args.toArray(String[]::new)));
    Poll.until(
        "the attacker",
        Duration.ofSeconds(20),
        () -> container.stdout() + container.stderr(),
        text -> text.endsWith("\n"));
    return container;
  }

  /** A container that has the folder as its {@code /volume} and exchanges two names in it. */
  Container swapping(Path volume, String one, String other) {
    HostFiles.folder(volume);
    Bundle bundle = box.bundle().mount("/volume", "bind", volume.toString(), "rbind", "rw");
    return start(bundle, "swap", "/volume/" + one, "/volume/" + other);
  }
}
