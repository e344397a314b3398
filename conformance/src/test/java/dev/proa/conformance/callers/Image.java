package dev.proa.conformance.callers;

import dev.proa.conformance.Busybox;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A busybox image in one layer, as the tarball that {@code docker save} writes (manifest.json): the
 * form that {@code docker load}, {@code podman load}, {@code ctr images import} and buildah's
 * {@code docker-archive:} all take.
 */
public final class Image {
  private Image() {}

  /**
   * Writes an image.
   *
   * @param folder an empty folder for it; the tarball's name in it is {@code image.tar}
   * @param tag with a registry and a version: {@code localhost/busybox:1}
   * @param entrypoint of its config, may be empty
   * @param command of its config, may be empty
   * @return the tarball
   */
  public static Path write(
      Path folder, String tag, List<String> entrypoint, List<String> command, Busybox busybox) {
    Path rootfs = HostFiles.folder(folder.resolve("rootfs"));
    busybox.install(rootfs);
    // What a pod's first container runs; as init of a pid namespace it ignores what it can.
    HostFiles.mode(
        HostFiles.write(rootfs.resolve("pause"), "#!/bin/sh\nexec sleep 2147483647\n"),
        "rwxr-xr-x");
    Path files = HostFiles.folder(folder.resolve("files"));
    Path layer = files.resolve("layer.tar");
    tar(layer, rootfs, "--owner=0", "--group=0", "--sort=name", "--mtime=@0");
    String config =
        """
        {"architecture":"%s","os":"linux","created":"2026-01-01T00:00:00Z",
         "config":{"Env":["PATH=/bin"],"Entrypoint":%s,"Cmd":%s,"WorkingDir":"/"},
         "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},
         "history":[{"created":"2026-01-01T00:00:00Z","created_by":"conformance tests"}]}
        """
            .formatted(architecture(), array(entrypoint), array(command), digest(layer));
    Path written = HostFiles.write(files.resolve("config"), config);
    String name = digest(written) + ".json";
    HostFiles.write(files.resolve(name), config);
    HostFiles.write(
        files.resolve("manifest.json"),
        """
        [{"Config":"%s","RepoTags":["%s"],"Layers":["layer.tar"]}]
        """
            .formatted(name, tag));
    try {
      Files.delete(written);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path image = folder.resolve("image.tar");
    tar(image, files);
    return image;
  }

  private static String architecture() {
    String machine = System.getProperty("os.arch");
    return machine.equals("aarch64") ? "arm64" : machine;
  }

  private static String array(List<String> words) {
    return words.stream()
        .map(word -> "\"" + word + "\"")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static void tar(Path archive, Path folder, String... options) {
    try {
      List<String> line =
          new ArrayList<>(List.of("tar", "-cf", archive.toString(), "-C", folder.toString()));
      line.addAll(List.of(options));
      line.add(".");
      int exit = new ProcessBuilder(line).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException("tar: exit " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String digest(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
