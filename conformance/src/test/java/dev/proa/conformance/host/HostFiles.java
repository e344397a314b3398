package dev.proa.conformance.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Files of the host, with unchecked exceptions. */
public final class HostFiles {
  private HostFiles() {}

  /** The whole text of a file, also of one in procfs. */
  public static String read(String path) {
    return read(Path.of(path));
  }

  /** The whole text of a file, also of one in procfs. */
  public static String read(Path path) {
    try {
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a file, or nothing where it cannot be read (any more). */
  public static String readOrEmpty(Path path) {
    try {
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** Writes a file, creating its parent folders. */
  public static Path write(Path path, String text) {
    try {
      Files.createDirectories(path.getParent());
      return Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates a folder and its parents. */
  public static Path folder(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets permissions, written as ls(1) does: {@code rwxr-xr-x}. */
  public static Path mode(Path path, String permissions) {
    try {
      return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets the full mode: permission bits, set-user-id, sticky. */
  public static Path mode(Path path, int bits) {
    return attribute(path, "unix:mode", bits);
  }

  /** Changes owner and group of a file, not following a link. */
  public static Path owner(Path path, int uid, int gid) {
    attribute(path, "unix:uid", uid);
    return attribute(path, "unix:gid", gid);
  }

  /** The owner of a file. */
  public static int uid(Path path) {
    try {
      return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path attribute(Path path, String name, int value) {
    try {
      return Files.setAttribute(path, name, value, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates a symbolic link. */
  public static Path link(Path path, String target) {
    try {
      return Files.createSymbolicLink(path, Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a symbolic link points, or nothing where it cannot be read. */
  public static String target(String link) {
    try {
      return Files.readSymbolicLink(Path.of(link)).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** What is in a folder, by name; empty where there is none. */
  public static List<Path> list(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Deletes a tree, not following links and not crossing into other mounts' files by name. */
  public static void deleteTree(Path tree) {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e)
                throws IOException {
              Files.delete(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
