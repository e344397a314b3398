package dev.proa.kernel;

import java.util.List;

/**
 * One system call as data: what runs, what the fake records, what an error prints and what {@code
 * explain} lists. Its text is the line that strace(1) would print, without the result.
 */
public record Call(Sysno number, List<Arg> args) {

  /** A call of that number with these arguments, in the order of its man page. */
  public static Call of(Sysno number, Arg... args) {
    return new Call(number, List.of(args));
  }

  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(number.toString()).append('(');
    for (int i = 0; i < args.size(); i++) {
      line.append(i == 0 ? "" : ", ").append(args.get(i));
    }
    return line.append(')').toString();
  }
}
