package dev.proa.diagnosis;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.Sysno;
import java.nio.charset.StandardCharsets;

/** What the kernel has said in the last seconds: /dev/kmsg, where this user may read it. */
final class KernelLog {
  private static final int RECORD = 8192;

  /** Records older than this have to do with something else; microseconds. */
  private static final long RECENT = 10_000_000;

  private KernelLog() {}

  /** The last recent line that has one of the words; null where there is none. */
  static String last(Kernel kernel, String... words) {
    FileCalls files = new FileCalls(kernel);
    String found = null;
    try (Fd log = files.open("/dev/kmsg", FileCalls.O_RDONLY | FileCalls.O_NONBLOCK)) {
      String uptime = files.readText("/proc/uptime"); // seconds with two decimals
      long now = Long.parseLong(uptime.substring(0, uptime.indexOf(' ')).replace(".", "")) * 10_000;
      byte[] buffer = new byte[RECORD];
      // One record each: "priority,sequence,microseconds,flags;text"
      Call read = Call.of(Sysno.READ, log.arg(), Arg.out(buffer), Arg.of(buffer.length));
      for (long count = kernel.call(read); count > 0; count = kernel.call(read)) {
        String line = new String(buffer, 0, (int) count, StandardCharsets.UTF_8);
        String[] head = line.split("[,;]", 4);
        if (head.length == 4 && now - Long.parseLong(head[2]) < RECENT && has(line, words)) {
          found = line.substring(line.indexOf(';') + 1).lines().findFirst().orElse("");
        }
      }
    } catch (KernelException e) {
      return null; // not for this user
    }
    return found;
  }

  private static boolean has(String line, String... words) {
    for (String word : words) {
      if (line.contains(word)) {
        return true;
      }
    }
    return false;
  }
}
