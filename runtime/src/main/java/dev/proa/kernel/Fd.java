package dev.proa.kernel;

/** An open file descriptor; closed with try-with-resources. Its text is {@code 5</path>}. */
public final class Fd implements AutoCloseable {
  /** AT_FDCWD of openat(2): the working directory; closing it does nothing. */
  public static final Fd CWD = new Fd(null, -100, "AT_FDCWD");

  private final Kernel kernel;
  private final String name;
  private int number;

  /**
   * Owns descriptor {@code number}.
   *
   * @param name what it is open on, for messages
   */
  public Fd(Kernel kernel, int number, String name) {
    this.kernel = kernel;
    this.number = number;
    this.name = name;
  }

  /**
   * The descriptor's number.
   *
   * @throws IllegalStateException if it was closed
   */
  public int number() {
    if (number == -1) {
      throw new IllegalStateException("closed: " + name);
    }
    return number;
  }

  /** What it is open on, for messages. */
  public String name() {
    return name;
  }

  /** Itself as a call's argument. */
  public Arg arg() {
    return new Arg.Value(number(), name, kernel != null);
  }

  /** Its path under {@code /proc/self/fd}, which names what it is open on whatever moves. */
  public String procPath() {
    return "/proc/self/fd/" + number();
  }

  /** Closes it; a second time does nothing. close(2)'s errors have no use here: it is gone. */
  @Override
  public void close() {
    if (kernel != null && number >= 0) {
      kernel.call(Call.of(Sysno.CLOSE, Arg.of(number)));
      number = -1;
    }
  }

  /** Gives the number away: closing this object then does nothing. */
  public int release() {
    int released = number();
    number = -1;
    return released;
  }

  @Override
  public String toString() {
    return kernel == null ? name : number + "<" + name + ">";
  }
}
