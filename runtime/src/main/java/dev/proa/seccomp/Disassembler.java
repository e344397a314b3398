package dev.proa.seccomp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Prints a filter, one instruction a line, with the names of what its numbers mean: {@code 12: jge
 * 0x3b 40 13 ; nr >= execve}. Jumps show the lines that they go to.
 */
public final class Disassembler {
  private static final int UNKNOWN = -1;
  private static final int COMMENT_COLUMN = 34;

  private final byte[] program;
  private final int count;
  // What is known before each instruction: the word in the accumulator, by its offset, and the
  // audit number of the call. Jumps go forward only, so one pass finds it.
  private final int[] loaded;
  private final int[] audit;

  private Disassembler(byte[] program) {
    this.program = program;
    count = program.length / Bpf.SIZE;
    loaded = new int[count + 1];
    audit = new int[count + 1];
    Arrays.fill(loaded, UNKNOWN);
  }

  /** The filter's lines, without line ends. */
  public static List<String> lines(Filter filter) {
    return new Disassembler(filter.program()).lines();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      lines.add(line(i));
    }
    return lines;
  }

  private String line(int at) {
    int operation = (program[at * 8] & 0xff) | (program[at * 8 + 1] & 0xff) << 8;
    int onTrue = at + 1 + (program[at * 8 + 2] & 0xff);
    int onFalse = at + 1 + (program[at * 8 + 3] & 0xff);
    int constant = constant(at);
    return switch (operation) {
      case Bpf.LD -> {
        follow(at, at + 1, constant);
        yield format(at, "ld [" + constant + "]", field(constant));
      }
      case Bpf.AND -> {
        follow(at, at + 1, loaded[at]);
        yield format(at, "and " + hex(constant), "");
      }
      case Bpf.JA -> {
        follow(at, at + 1 + constant, loaded[at]);
        yield format(at, "ja " + (at + 1 + constant), "");
      }
      case Bpf.RET -> format(at, "ret " + hex(constant), Actions.describe(constant));
      case Bpf.JEQ -> conditional(at, "jeq", "==", constant, onTrue, onFalse);
      case Bpf.JGT -> conditional(at, "jgt", ">", constant, onTrue, onFalse);
      case Bpf.JGE -> conditional(at, "jge", ">=", constant, onTrue, onFalse);
      default -> format(at, "op " + hex(operation) + " " + hex(constant), "");
    };
  }

  private String conditional(
      int at, String name, String sign, int constant, int onTrue, int onFalse) {
    follow(at, onTrue, loaded[at]);
    follow(at, onFalse, loaded[at]);
    if (loaded[at] == Bpf.OFFSET_ARCH && onTrue <= count) {
      audit[onTrue] = constant;
    }
    return format(
        at,
        name + " " + hex(constant) + " " + onTrue + " " + onFalse,
        field(loaded[at]) + " " + sign + " " + meaning(at, constant));
  }

  private void follow(int from, int to, int word) {
    if (to <= count) {
      loaded[to] = word;
      audit[to] = audit[from];
    }
  }

  private String meaning(int at, int constant) {
    if (loaded[at] == Bpf.OFFSET_ARCH) {
      for (Arch arch : Arch.values()) {
        if (arch.audit() == constant) {
          return arch.specName();
        }
      }
    }
    if (loaded[at] == Bpf.OFFSET_NR) {
      for (Arch arch : Arch.values()) {
        String name = arch.audit() == audit[at] ? Syscalls.nameOf(arch, constant) : null;
        if (name != null) {
          return arch == Arch.X32 ? name + " (x32)" : name;
        }
      }
    }
    return Integer.toUnsignedString(constant);
  }

  private static String field(int offset) {
    if (offset >= Bpf.OFFSET_ARGS) {
      int argument = (offset - Bpf.OFFSET_ARGS) / 8;
      return "arg" + argument + (offset == Bpf.low(argument) ? " low" : " high");
    }
    return switch (offset) {
      case Bpf.OFFSET_NR -> "nr";
      case Bpf.OFFSET_ARCH -> "arch";
      default -> "?";
    };
  }

  private static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }

  private static String format(int at, String code, String comment) {
    StringBuilder line = new StringBuilder(64);
    String number = Integer.toString(at);
    line.append(" ".repeat(Math.max(0, 4 - number.length()))).append(number).append(": ");
    line.append(code);
    if (!comment.isEmpty()) {
      line.append(" ".repeat(Math.max(1, COMMENT_COLUMN - line.length()))).append("; ");
      line.append(comment);
    }
    return line.toString();
  }

  private int constant(int at) {
    int start = at * Bpf.SIZE + 4;
    return (program[start] & 0xff)
        | (program[start + 1] & 0xff) << 8
        | (program[start + 2] & 0xff) << 16
        | (program[start + 3] & 0xff) << 24;
  }
}
