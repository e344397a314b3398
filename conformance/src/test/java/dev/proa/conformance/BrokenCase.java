package dev.proa.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One case of {@code broken/cases.txt}: what breaks a bundle, and what is said of it.
 *
 * @param edits lines that change the bundle
 * @param expected lines that say what is expected, in their order
 */
record BrokenCase(String name, List<String> edits, List<String> expected) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> EDITS =
      List.of("set", "rm", "args", "file", "link", "dir", "elf", "raw", "empty");

  /** All cases. */
  static List<BrokenCase> all() {
    List<BrokenCase> cases = new ArrayList<>();
    for (String line : text().lines().toList()) {
      if (line.startsWith("== ")) {
        cases.add(new BrokenCase(line.substring(3), new ArrayList<>(), new ArrayList<>()));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        BrokenCase last = cases.getLast();
        (EDITS.contains(word(line)) ? last.edits : last.expected).add(line);
      }
    }
    return cases;
  }

  private static String text() {
    try (InputStream in = BrokenCase.class.getResourceAsStream("/broken/cases.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String word(String line) {
    return line.split(" ", 2)[0];
  }

  /** What is expected of that kind: what stands after the word. */
  List<String> expected(String word) {
    List<String> found = new ArrayList<>();
    for (String line : expected) {
      if (line.startsWith(word + " ")) {
        found.add(line.substring(word.length() + 1));
      }
    }
    return found;
  }

  /** Whether there is a line of that one word, or words. */
  boolean says(String words) {
    return expected.contains(words);
  }

  /** Breaks the bundle and writes it. */
  Path write(Bundle bundle) {
    String raw = null;
    for (String edit : edits) {
      if (word(edit).equals("raw")) {
        raw = edit.substring(4);
      } else {
        apply(bundle, edit.split(" ", 2));
      }
    }
    Path folder = bundle.write();
    if (raw != null) {
      HostFiles.write(folder.resolve("config.json"), raw);
    }
    return folder;
  }

  private static void apply(Bundle bundle, String[] edit) {
    String rest = edit.length > 1 ? edit[1] : "";
    switch (edit[0]) {
      case "set" -> bundle.with(word(rest), json(rest.split(" ", 2)[1]));
      case "rm" -> bundle.without(rest);
      case "args" -> bundle.args(rest.split(" "));
      case "file" -> {
        String[] parts = rest.split(" ", 3);
        bundle.file(parts[1], parts.length < 3 ? "" : unescaped(parts[2]));
        HostFiles.mode(inside(bundle, parts[1]), Integer.parseInt(parts[0], 8));
      }
      case "link" -> HostFiles.link(inside(bundle, word(rest)), rest.split(" ", 2)[1]);
      case "dir" -> {
        bundle.directory(rest.split(" ")[1]);
        HostFiles.mode(inside(bundle, rest.split(" ")[1]), Integer.parseInt(word(rest), 8));
      }
      case "elf" -> elf(bundle, rest.split(" "));
      default -> {
        HostFiles.deleteTree(bundle.rootfs());
        HostFiles.folder(bundle.rootfs());
      }
    }
  }

  private static Path inside(Bundle bundle, String path) {
    return bundle.rootfs().resolve(path.substring(1));
  }

  private static Object json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static String unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\r", "\r").replace("\\0", "\0");
  }

  /** An ELF file of 64 bits that only has a head, and a loader: elf(5). */
  private static void elf(Bundle bundle, String[] words) {
    byte[] loader = (words[2] + "\0").getBytes(StandardCharsets.UTF_8);
    boolean has = !words[2].equals("-");
    ByteBuffer file = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    file.putShort(16, (short) 3).putShort(18, Short.parseShort(words[0])).putInt(20, 1);
    file.putLong(32, 64).putShort(52, (short) 64).putShort(54, (short) 56);
    file.putShort(56, (short) (has ? 1 : 0));
    if (has) {
      file.putInt(64, 3).putInt(68, 4).putLong(72, 256);
      file.putLong(96, loader.length).putLong(104, loader.length).putLong(112, 1);
      file.put(256, loader);
    }
    try {
      Files.write(inside(bundle, words[1]), file.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    HostFiles.mode(inside(bundle, words[1]), 0755);
  }

  @Override
  public String toString() {
    return name;
  }
}
