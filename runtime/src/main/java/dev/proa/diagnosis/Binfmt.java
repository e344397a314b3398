package dev.proa.diagnosis;

import java.util.HexFormat;

/** A format that the kernel was taught: a file of binfmt_misc (admin-guide/binfmt-misc.rst). */
final class Binfmt {
  private Binfmt() {}

  /**
   * Whether an entry is enabled and takes a file.
   *
   * @param entry the entry's text: lines {@code enabled}, {@code extension .x}, {@code offset 0},
   *     {@code magic 7f45}, {@code mask ffff}
   * @param path the file's name, for entries by extension
   * @param head its first bytes
   */
  static boolean matches(String entry, String path, byte[] head) {
    int offset = 0;
    byte[] magic = null;
    byte[] mask = null;
    String extension = null;
    for (String line : entry.lines().toList()) {
      String value = line.substring(line.indexOf(' ') + 1);
      if (line.equals("disabled")) {
        return false;
      } else if (line.startsWith("offset ")) {
        offset = Integer.parseInt(value);
      } else if (line.startsWith("magic ")) {
        magic = HexFormat.of().parseHex(value);
      } else if (line.startsWith("mask ")) {
        mask = HexFormat.of().parseHex(value);
      } else if (line.startsWith("extension ")) {
        extension = value;
      }
    }
    if (extension != null) {
      return path.endsWith(extension);
    }
    if (magic == null || offset + magic.length > head.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      int bits = mask == null ? 0xff : mask[i];
      if (((head[offset + i] ^ magic[i]) & bits) != 0) {
        return false;
      }
    }
    return true;
  }
}
