package dev.proa.kernel;

import java.util.ArrayList;
import java.util.List;

/** The names of a call's flag bits, for its strace text. */
public final class FlagNames {
  private record Name(long bits, String text) {}

  private final List<Name> names = new ArrayList<>();
  private final String none;

  /**
   * @param none the text for a value of zero, such as {@code O_RDONLY}
   */
  public FlagNames(String none) {
    this.none = none;
  }

  /** Adds one name; names of several bits come before those of their single bits. */
  public FlagNames with(long bits, String text) {
    names.add(new Name(bits, text));
    return this;
  }

  /** The names of the bits in {@code value}, joined by {@code |}; what has no name in hex. */
  public String describe(long value) {
    if (value == 0) {
      return none;
    }
    StringBuilder text = new StringBuilder();
    long rest = value;
    for (Name name : names) {
      if ((rest & name.bits) == name.bits) {
        text.append(text.isEmpty() ? "" : "|").append(name.text);
        rest &= ~name.bits;
      }
    }
    if (rest != 0) {
      text.append(text.isEmpty() ? "" : "|").append("0x").append(Long.toHexString(rest));
    }
    return text.toString();
  }
}
