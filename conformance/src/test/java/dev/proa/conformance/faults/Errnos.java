package dev.proa.conformance.faults;

import java.util.List;
import java.util.Map;

/** The errors that the man pages list and that a machine in trouble answers with. */
final class Errnos {
  private static final Map<String, List<String>> OF =
      Map.ofEntries(
          Map.entry("accept4", List.of("EMFILE")),
          Map.entry("bind", List.of("EADDRINUSE", "ENOSPC")),
          Map.entry("bpf", List.of("EPERM", "ENOMEM")),
          Map.entry("capget", List.of("EPERM")),
          Map.entry("capset", List.of("EPERM")),
          Map.entry("chdir", List.of("EACCES")),
          Map.entry("clone3", List.of("EAGAIN", "ENOMEM", "EPERM")),
          Map.entry("close_range", List.of("EMFILE")),
          Map.entry("connect", List.of("EACCES", "EAGAIN")),
          Map.entry("dup3", List.of("EMFILE")),
          Map.entry("execve", List.of("ENOMEM", "EACCES")),
          Map.entry("fchdir", List.of("EACCES")),
          Map.entry("fchmod", List.of("EROFS")),
          Map.entry("fchmodat", List.of("EROFS")),
          Map.entry("fchown", List.of("EPERM")),
          Map.entry("fchownat", List.of("EPERM")),
          Map.entry("flock", List.of("ENOLCK", "EINTR")),
          Map.entry("fsconfig", List.of("EINVAL", "EPERM")),
          Map.entry("fsmount", List.of("EPERM", "EMFILE")),
          Map.entry("fsopen", List.of("EPERM", "ENODEV")),
          Map.entry("fstat", List.of("EIO")),
          Map.entry("fstatfs", List.of("EIO")),
          Map.entry("getcwd", List.of("ENOENT")),
          Map.entry("getdents64", List.of("EIO")),
          Map.entry("getsockopt", List.of("ENOBUFS")),
          Map.entry("keyctl", List.of("EDQUOT", "EACCES")),
          Map.entry("kill", List.of("EPERM")),
          Map.entry("listen", List.of("EADDRINUSE")),
          Map.entry("mkdirat", List.of("ENOSPC", "EACCES", "EROFS")),
          Map.entry("mknodat", List.of("EPERM", "ENOSPC")),
          Map.entry("mount", List.of("EPERM", "ENOMEM")),
          Map.entry("mount_setattr", List.of("EPERM", "EINVAL")),
          Map.entry("move_mount", List.of("EINVAL", "ENOMEM")),
          Map.entry("newfstatat", List.of("EACCES", "EIO")),
          Map.entry("open_tree", List.of("EPERM", "EMFILE")),
          Map.entry("openat", List.of("EMFILE", "EACCES", "EIO")),
          Map.entry("openat2", List.of("EMFILE", "EACCES", "EAGAIN")),
          Map.entry("pidfd_open", List.of("EMFILE")),
          Map.entry("pidfd_send_signal", List.of("EPERM")),
          Map.entry("pivot_root", List.of("EINVAL")),
          Map.entry("ppoll", List.of("EINTR", "ENOMEM")),
          Map.entry("prctl", List.of("EPERM")),
          Map.entry("prlimit64", List.of("EPERM")),
          Map.entry("read", List.of("EIO", "EINTR")),
          Map.entry("readlinkat", List.of("EACCES")),
          Map.entry("recvfrom", List.of("ECONNRESET")),
          Map.entry("recvmsg", List.of("ECONNRESET")),
          Map.entry("renameat2", List.of("ENOSPC", "EROFS")),
          Map.entry("seccomp", List.of("EINVAL", "ENOMEM")),
          Map.entry("sendmsg", List.of("EPIPE")),
          Map.entry("sendto", List.of("EPIPE", "ENOBUFS")),
          Map.entry("setgroups", List.of("EPERM")),
          Map.entry("sethostname", List.of("EPERM")),
          Map.entry("setns", List.of("EPERM")),
          Map.entry("setresgid", List.of("EPERM")),
          Map.entry("setresuid", List.of("EAGAIN")),
          Map.entry("setsid", List.of("EPERM")),
          Map.entry("socket", List.of("EMFILE", "EAFNOSUPPORT")),
          Map.entry("socketpair", List.of("EMFILE")),
          Map.entry("statfs", List.of("EACCES")),
          Map.entry("statx", List.of("EACCES")),
          Map.entry("symlinkat", List.of("ENOSPC")),
          Map.entry("umount2", List.of("EBUSY", "EPERM")),
          Map.entry("unlinkat", List.of("EACCES", "EBUSY")),
          Map.entry("unshare", List.of("EPERM", "ENOSPC")),
          Map.entry("write", List.of("ENOSPC", "EIO", "EINTR")));

  private Errnos() {}

  /** Those of a call; none where it is not proa's own, or cannot fail. */
  static List<String> of(String call) {
    return OF.getOrDefault(call, List.of());
  }
}
