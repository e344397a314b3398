package dev.proa.cli;

import dev.proa.kernel.FileCalls;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.operation.OperationException;
import java.util.HashMap;
import java.util.Map;

/** An argument of a system call as it is typed: a number or the names of flags. */
final class SyscallArgument {
  private static final Map<String, Long> NAMES = names();

  private SyscallArgument() {}

  private static Map<String, Long> names() {
    Map<String, Long> names = new HashMap<>();
    names.put("CLONE_VM", NamespaceCalls.CLONE_VM);
    names.put("CLONE_NEWTIME", NamespaceCalls.CLONE_NEWTIME);
    names.put("CLONE_NEWNS", NamespaceCalls.CLONE_NEWNS);
    names.put("CLONE_NEWCGROUP", NamespaceCalls.CLONE_NEWCGROUP);
    names.put("CLONE_NEWUTS", NamespaceCalls.CLONE_NEWUTS);
    names.put("CLONE_NEWIPC", NamespaceCalls.CLONE_NEWIPC);
    names.put("CLONE_NEWUSER", NamespaceCalls.CLONE_NEWUSER);
    names.put("CLONE_NEWPID", NamespaceCalls.CLONE_NEWPID);
    names.put("CLONE_NEWNET", NamespaceCalls.CLONE_NEWNET);
    names.put("O_RDONLY", 0L);
    names.put("O_WRONLY", (long) FileCalls.O_WRONLY);
    names.put("O_RDWR", (long) FileCalls.O_RDWR);
    names.put("O_CREAT", (long) FileCalls.O_CREAT);
    names.put("O_EXCL", (long) FileCalls.O_EXCL);
    names.put("O_TRUNC", (long) FileCalls.O_TRUNC);
    names.put("O_CLOEXEC", (long) FileCalls.O_CLOEXEC);
    names.put("S_IFREG", (long) FileCalls.S_IFREG);
    names.put("S_IFCHR", (long) FileCalls.S_IFCHR);
    names.put("S_IFBLK", (long) FileCalls.S_IFBLK);
    names.put("S_IFIFO", (long) FileCalls.S_IFIFO);
    names.put("MS_RDONLY", MountCalls.MS_RDONLY);
    names.put("MS_BIND", MountCalls.MS_BIND);
    names.put("MS_REC", MountCalls.MS_REC);
    names.put("MS_REMOUNT", MountCalls.MS_REMOUNT);
    // socket(2)
    names.put("AF_UNIX", 1L);
    names.put("AF_INET", 2L);
    names.put("AF_INET6", 10L);
    names.put("AF_NETLINK", 16L);
    names.put("AF_PACKET", 17L);
    names.put("AF_ALG", 38L);
    names.put("AF_VSOCK", 40L);
    names.put("SOCK_STREAM", 1L);
    names.put("SOCK_DGRAM", 2L);
    names.put("SOCK_RAW", 3L);
    // mmap(2), mprotect(2)
    names.put("PROT_READ", 1L);
    names.put("PROT_WRITE", 2L);
    names.put("PROT_EXEC", 4L);
    // personality(2)
    names.put("PER_LINUX", 0L);
    names.put("PER_LINUX32", 8L);
    names.put("ADDR_NO_RANDOMIZE", 0x40000L);
    names.put("TIOCSTI", 0x5412L);
    return names;
  }

  /**
   * Its value.
   *
   * @throws OperationException if it is none
   */
  static long parse(String text) {
    long value = 0;
    for (String part : text.split("\\|", -1)) {
      value |= one(part.strip());
    }
    return value;
  }

  private static long one(String text) {
    Long named = NAMES.get(text);
    if (named != null) {
      return named;
    }
    try {
      if (text.startsWith("0x") || text.startsWith("0X")) {
        return Long.parseUnsignedLong(text.substring(2), 16);
      }
      boolean octal = text.length() > 1 && text.startsWith("0");
      return text.startsWith("-")
          ? Long.parseLong(text)
          : Long.parseUnsignedLong(text, octal ? 8 : 10);
    } catch (NumberFormatException e) {
      throw new OperationException("\"" + text + "\" is no number and no flag that proa knows");
    }
  }
}
