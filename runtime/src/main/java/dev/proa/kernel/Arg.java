package dev.proa.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** One argument of a system call: a register's value, or memory that the kernel reads or fills. */
public sealed interface Arg {
  /** The null pointer. */
  Arg NULL = new Value(0, "NULL");

  /**
   * A register's value, with the text that strace would print for it.
   *
   * @param text the text, or null for the number itself
   * @param descriptor whether the text is what a descriptor of that number is open on
   */
  record Value(long value, String text, boolean descriptor) implements Arg {
    /** A value that is no descriptor. */
    public Value(long value, String text) {
      this(value, text, false);
    }

    @Override
    public String toString() {
      if (descriptor) {
        return value + "<" + text + ">";
      }
      return text == null ? Long.toString(value) : text;
    }
  }

  /** A value whose text names its flags; the text is made only when somebody reads it. */
  record Flags(long value, FlagNames names) implements Arg {
    @Override
    public String toString() {
      return names.describe(value);
    }
  }

  /** A NUL-terminated string in UTF-8, encoded when the argument is made. */
  final class Text implements Arg {
    private final byte[] bytes;

    Text(String text) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      for (byte b : encoded) {
        if (b == 0) {
          throw new IllegalArgumentException("a NUL byte in " + Quoted.of(encoded, 256));
        }
      }
      this.bytes = encoded;
    }

    /** The string's bytes without the terminating NUL. */
    public byte[] bytes() {
      return bytes;
    }

    /** The string itself, unquoted. */
    public String value() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return Quoted.of(bytes, 256);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Text text && Arrays.equals(bytes, text.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /**
   * Memory that the call reads, fills or both: a buffer or a structure in the machine's own byte
   * order. {@code references} are pointers inside it, each to another argument's memory.
   *
   * @param bytes the content before the call; refreshed from memory after it where {@code filled}
   * @param filled whether the kernel writes into it
   * @param printer makes what strace would print, or null for the quoted bytes
   */
  record Memory(byte[] bytes, boolean filled, List<Reference> references, Printer printer)
      implements Arg {
    @Override
    public String toString() {
      if (printer != null) {
        return printer.print(bytes);
      }
      return filled ? "[" + bytes.length + " bytes]" : Quoted.of(bytes, 64);
    }
  }

  /** Prints a structure as strace does, when somebody reads it. */
  interface Printer {
    /** The text of that structure. */
    String print(byte[] structure);

    /** Prints a text that is there already. */
    static Printer of(String text) {
      return ignored -> text;
    }
  }

  /** At {@code offset} of a {@link Memory}, the address of {@code target}. */
  record Reference(int offset, Arg target) {}

  /** A NULL-terminated array of strings, as execve(2) takes for argv and envp. */
  record Strings(List<Text> strings) implements Arg {
    @Override
    public String toString() {
      return strings.toString();
    }
  }

  /** A plain number, printed in decimal. */
  static Arg of(long value) {
    return new Value(value, null);
  }

  /** A number with its symbolic name, as {@code PR_SET_DUMPABLE}. */
  static Arg named(long value, String name) {
    return new Value(value, name);
  }

  /** A file mode, printed in octal. */
  static Arg mode(int mode) {
    return new Value(mode, mode == 0 ? "0" : "0" + Integer.toOctalString(mode));
  }

  /** Flags, printed by name. */
  static Arg flags(long value, FlagNames names) {
    return new Flags(value, names);
  }

  /** A path or another string. */
  static Arg text(String text) {
    return new Text(text);
  }

  /** A string, or the null pointer for null. */
  static Arg textOrNull(String text) {
    return text == null ? NULL : new Text(text);
  }

  /** Bytes that the kernel reads. */
  static Arg bytes(byte[] bytes) {
    return new Memory(bytes, false, List.of(), null);
  }

  /** A structure that the kernel reads, printed as {@code text}. */
  static Arg struct(byte[] bytes, String text) {
    return new Memory(bytes, false, List.of(), Printer.of(text));
  }

  /** A structure that the kernel reads, printed so when somebody reads its text. */
  static Arg struct(byte[] bytes, Printer printer) {
    return new Memory(bytes, false, List.of(), printer);
  }

  /** A buffer that the kernel fills: {@code bytes} holds the result after the call. */
  static Arg out(byte[] bytes) {
    return new Memory(bytes, true, List.of(), null);
  }

  /** argv or envp. */
  static Arg strings(List<String> strings) {
    return new Strings(strings.stream().map(Text::new).toList());
  }
}
