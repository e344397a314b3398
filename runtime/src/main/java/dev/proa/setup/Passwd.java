package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.KernelException;
import java.nio.charset.StandardCharsets;

/**
 * The container's passwd(5), which the image controls: at most {@link #LIMIT} bytes of it are read,
 * only if it is a regular file, and a line that is no entry is passed over.
 */
public final class Passwd {
  /** What runs on beyond this is not read. */
  static final int LIMIT = 1 << 20;

  private static final int FIELDS = 7;
  private static final int UID_FIELD = 2;
  private static final int HOME_FIELD = 5;

  private Passwd() {}

  /** The home directory of a user of the container, {@code /} where nothing says one. */
  public static String home(Inside inside, long uid) {
    FileCalls files = new FileCalls(inside.kernel());
    // O_NONBLOCK: an image that has a FIFO there must not hold the runtime up.
    try (Fd fd =
        inside.rootfs().openIfPresent("/etc/passwd", FileCalls.O_RDONLY | FileCalls.O_NONBLOCK)) {
      if (fd == null || !files.stat(fd).isRegular()) {
        return "/";
      }
      Search search = new Search(uid);
      byte[] buffer = new byte[4096];
      int left = LIMIT;
      while (left > 0 && search.home == null) {
        int count = files.read(fd, buffer);
        if (count == 0) {
          break;
        }
        search.take(buffer, Math.min(count, left));
        left -= count;
      }
      search.endOfLine();
      return search.home == null || search.home.isEmpty() ? "/" : search.home;
    } catch (KernelException e) {
      if (e.is(Errno.ENOTDIR) || e.is(Errno.EACCES) || e.is(Errno.ELOOP) || e.is(Errno.ENXIO)) {
        return "/";
      }
      throw e;
    }
  }

  /** The home directory in a passwd(5) file's bytes, or null; for tests and short files. */
  static String find(byte[] content, long uid) {
    Search search = new Search(uid);
    search.take(content, content.length);
    search.endOfLine();
    return search.home;
  }

  /** One pass over the bytes; holds one line of at most {@link #MAX_LINE} bytes. */
  private static final class Search {
    private static final int MAX_LINE = 8192;

    private final long uid;
    private final byte[] line = new byte[MAX_LINE];
    private int length;
    private String home;

    Search(long uid) {
      this.uid = uid;
    }

    void take(byte[] bytes, int count) {
      for (int i = 0; i < count && home == null; i++) {
        if (bytes[i] == '\n') {
          endOfLine();
        } else if (length < MAX_LINE) {
          line[length++] = bytes[i];
        }
      }
    }

    void endOfLine() {
      if (home == null && length < MAX_LINE) {
        read();
      }
      length = 0;
    }

    /** name:password:uid:gid:comment:home:shell. */
    private void read() {
      int field = 0;
      int start = 0;
      int homeStart = 0;
      int homeEnd = -1;
      boolean matches = false;
      for (int i = 0; i <= length; i++) {
        if (i < length && line[i] != ':') {
          continue;
        }
        if (field == UID_FIELD) {
          matches = number(start, i) == uid;
        } else if (field == HOME_FIELD) {
          homeStart = start;
          homeEnd = i;
        }
        field++;
        start = i + 1;
      }
      if (matches && field >= FIELDS - 1 && homeEnd >= 0) {
        String found = new String(line, homeStart, homeEnd - homeStart, StandardCharsets.UTF_8);
        // An entry of the environment cannot hold a NUL byte.
        home = found.indexOf('\0') >= 0 ? null : found;
      }
    }

    /** The decimal number of a field, or -1. */
    private long number(int start, int end) {
      if (start == end || end - start > 10) {
        return -1;
      }
      long value = 0;
      for (int i = start; i < end; i++) {
        if (line[i] < '0' || line[i] > '9') {
          return -1;
        }
        value = value * 10 + line[i] - '0';
      }
      return value;
    }
  }
}
