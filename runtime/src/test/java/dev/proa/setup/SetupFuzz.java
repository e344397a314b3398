package dev.proa.setup;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fuzz targets of what this package reads. */
public final class SetupFuzz {
  private SetupFuzz() {}

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  /** Options of a mount: every one is a known word or goes to the file system unchanged. */
  public static void mountOptions(byte[] input) {
    List<String> options = List.of(text(input).split("\n", -1));
    MountOptions sorted;
    try {
      sorted = MountOptions.of(options);
    } catch (SetupException e) {
      return; // says what is wrong
    }
    List<String> known = MountOptions.known();
    for (String data : sorted.data()) {
      if (known.contains(data)) {
        throw new AssertionError("a known word went to the file system: " + data);
      }
    }
    if (sorted.data().size() > options.size()) {
      throw new AssertionError("more options than were given");
    }
  }

  /** A home directory is the sixth field of a line whose third is the uid. */
  public static void passwd(byte[] input) {
    String home = Passwd.find(input, 1000);
    String expected = null;
    for (String line : new String(input, StandardCharsets.UTF_8).split("\n", -1)) {
      String[] fields = line.split(":", -1);
      if (expected == null && fields.length > 5 && fields[2].equals("1000")) {
        expected = fields[5];
      }
    }
    if (expected != null && !expected.equals(home) && isPlain(input)) {
      throw new AssertionError("home is " + home + ", expected " + expected);
    }
  }

  /** Of lines that a passwd(5) file may have: the parser bounds their length. */
  private static boolean isPlain(byte[] input) {
    for (byte each : input) {
      if ((each < 0x20 && each != '\n') || each < 0) {
        return false;
      }
    }
    return input.length < 512;
  }

  /** Lists of processors or memory nodes. */
  public static void numberList(byte[] input) {
    try {
      NumberList.parse(text(input));
    } catch (SetupException e) {
      return;
    }
    if (!text(input)
        .codePoints()
        .allMatch(c -> Character.isWhitespace(c) || "0123456789,-".indexOf(c) >= 0)) {
      throw new AssertionError("taken for a list of numbers");
    }
  }

  /** A kernel parameter's file stays below {@code sys/}. */
  public static void sysctl(byte[] input) {
    try {
      String path = Sysctl.path(text(input));
      if (!path.startsWith("sys/") || Rootfs.components(path).contains("..")) {
        throw new AssertionError("outside: " + path);
      }
    } catch (SetupException e) {
      return;
    }
  }
}
