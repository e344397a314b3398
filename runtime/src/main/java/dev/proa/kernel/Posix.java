package dev.proa.kernel;

import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.Passwd;

/**
 * What only the C library knows, by jnr-posix. Its first use binds some hundred functions, which
 * takes milliseconds: nothing on the way of create, start or exec uses it.
 */
public final class Posix {
  private POSIX posix;

  /** Binds nothing yet. */
  public Posix() {}

  /** getpwuid(3): the login name of that user, by whatever nsswitch.conf asks; null if unknown. */
  public String userName(int uid) {
    Passwd entry = posix().getpwuid(uid);
    return entry == null ? null : entry.getLoginName();
  }

  /** isatty(3). */
  public boolean isatty(int fd) {
    return posix().libc().isatty(fd) == 1;
  }

  private POSIX posix() {
    if (posix == null) {
      posix = POSIXFactory.getNativePOSIX();
    }
    return posix;
  }
}
