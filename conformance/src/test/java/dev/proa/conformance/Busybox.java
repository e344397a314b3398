package dev.proa.conformance;

import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The static busybox of the machine: copied once, hard-linked into every root file system. */
public final class Busybox {
  private static final List<String> APPLETS =
      List.of(
          ("sh cat ls id env pwd true false sleep echo mount umount grep head tail wc stat touch mkdir "
                  + "rmdir rm mv cp ln chmod chown mknod hostname dd readlink sort tr cut ps kill test "
                  + "tty stty nproc printenv awk sed find ip truncate setarch linux32 sync mkfifo nc date "
                  + "timeout sysctl chroot uname ulimit basename nice od seq yes dmesg ipcs usleep unshare "
                  + "ping httpd wget")
              .split(" "));

  private final Path copy;

  Busybox(Path folder) {
    this.copy = folder.resolve("busybox");
    try {
      Files.copy(Path.of("/bin/busybox"), copy);
    } catch (IOException e) {
      throw new UncheckedIOException("the tests need busybox-static's /bin/busybox", e);
    }
    HostFiles.mode(copy, "rwxr-xr-x");
  }

  /** Fills an empty root file system. */
  public void install(Path rootfs) {
    for (String folder :
        List.of("bin", "dev", "etc", "home", "mnt", "proc", "root", "sys", "tmp")) {
      HostFiles.folder(rootfs.resolve(folder));
    }
    HostFiles.mode(rootfs.resolve("tmp"), 0b001_111_111_111);
    HostFiles.write(
        rootfs.resolve("etc/passwd"),
        "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n");
    HostFiles.write(rootfs.resolve("etc/group"), "root:x:0:\nuser:x:1000:\n");
    try {
      Files.createLink(rootfs.resolve("bin/busybox"), copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String applet : APPLETS) {
      HostFiles.link(rootfs.resolve("bin/" + applet), "busybox");
    }
  }
}
