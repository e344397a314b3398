package dev.proa.kernel;

import java.nio.charset.StandardCharsets;

/** Names of the UTS namespace: sethostname(2) and setdomainname(2). */
public final class UtsCalls {
  private UtsCalls() {}

  /** sethostname(2); at most 64 bytes. */
  public static Call sethostname(String name) {
    return named(Sysno.SETHOSTNAME, name);
  }

  /** setdomainname(2): the NIS domain name; at most 64 bytes. */
  public static Call setdomainname(String name) {
    return named(Sysno.SETDOMAINNAME, name);
  }

  private static Call named(Sysno number, String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    return Call.of(number, Arg.text(name), Arg.of(length));
  }
}
