package dev.proa.diagnosis;

import dev.proa.kernel.StatFs;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Why execve(2) would not execute a file of an image: its content, its interpreter, its mount. The
 * errno alone does not tell: ENOENT is also said of a file that is there and whose interpreter is
 * not.
 */
final class Program {
  /** What is wrong, and what to do about it. */
  record Fault(String message, String help) {}

  /** The kernel reads so much of a script's first line (BINPRM_BUF_SIZE, linux/binfmts.h). */
  private static final int FIRST_LINE = 256;

  private static final int HEAD = 64 * 1024;

  /** Scripts interpreted by scripts: the kernel's own limit (fs/exec.c). */
  private static final int DEEPEST = 5;

  private static final List<String> SHELLS =
      List.of("/bin/sh", "/bin/bash", "/bin/ash", "/usr/bin/sh", "/busybox/sh");
  private static final List<String> FOLDERS =
      List.of("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/busybox");

  private final Image image;
  private final Image host;

  /**
   * Programs of an image.
   *
   * @param host the host's root, for the formats that its kernel was taught (binfmt_misc)
   */
  Program(Image image, Image host) {
    this.image = image;
    this.host = host;
  }

  /** Why the regular file at that path cannot be executed; null where nothing is known. */
  Fault fault(String path) {
    return fault(path, 0);
  }

  private Fault fault(String path, int depth) {
    if ((image.statfs(path).flags() & StatFs.ST_NOEXEC) != 0) {
      return new Fault(
          path + " lies on a mount with noexec",
          "put the root file system on another mount, or remount it with exec");
    }
    byte[] head = image.head(path, HEAD);
    if (head.length == 0) {
      return image.stat(path).size() == 0
          ? new Fault(path + " is empty", "copy it into the image again")
          : null;
    }
    if (head.length > 1 && head[0] == '#' && head[1] == '!') {
      return script(path, head, depth);
    }
    Elf elf = Elf.parse(head);
    if (elf == null) {
      return isKnownFormat(path, head) ? null : noProgram(path, head);
    }
    return elf(path, elf);
  }

  private Fault noProgram(String path, byte[] head) {
    for (int i = 0; i < Math.min(head.length, FIRST_LINE); i++) {
      if (head[i] == 0) {
        return new Fault(path + " is no program: no ELF file and no script", null);
      }
    }
    return new Fault(
        path + " is a text without an interpreter in its first line",
        "if it is a shell script, its first line must be #!/bin/sh");
  }

  private Fault script(String path, byte[] head, int depth) {
    int end = 2;
    while (end < head.length && end < FIRST_LINE && head[end] != '\n') {
      end++;
    }
    String line = new String(head, 2, end - 2, StandardCharsets.UTF_8);
    boolean carriageReturn = line.endsWith("\r");
    String[] words = line.strip().split("[ \t]+", 2);
    String interpreter = words[0];
    if (interpreter.isEmpty()) {
      return new Fault(
          path + " names no interpreter after its #!", "for a shell script: #!/bin/sh");
    }
    if (carriageReturn && words.length == 1) {
      return new Fault(
          path
              + " has a carriage return at the end of its first line: the kernel looks for \""
              + interpreter
              + "\\r\"",
          "it was saved on Windows; take them out: sed -i 's/\\r$//' "
              + path.substring(path.lastIndexOf('/') + 1));
    }
    if (image.coveredBy(interpreter) >= 0) {
      return null;
    }
    if (!image.has(interpreter)) {
      return new Fault(
          path + " is a script for " + interpreter + ", which the root file system lacks",
          instead(interpreter));
    }
    if (depth == DEEPEST) {
      return new Fault(path + " is a script of scripts, more than 5 deep", null);
    }
    Fault below = fault(interpreter, depth + 1);
    return below == null
        ? null
        : new Fault(path + " is a script for " + interpreter + "; " + below.message, below.help);
  }

  /** What {@code #!/usr/bin/env NAME} will look for and not find, or null. */
  String missingAfterEnv(String path, List<String> searchPath) {
    byte[] head = image.head(path, FIRST_LINE);
    String text = new String(head, StandardCharsets.UTF_8);
    if (!text.startsWith("#!")) {
      return null;
    }
    String[] words = text.substring(2).lines().findFirst().orElse("").strip().split("[ \t]+");
    int name = words.length > 1 && words[1].equals("-S") ? 2 : 1;
    if (!words[0].endsWith("/env") || words.length <= name || words[name].contains("=")) {
      return null;
    }
    for (String folder : searchPath) {
      String candidate = folder + "/" + words[name];
      if (image.coveredBy(candidate) >= 0 || image.has(candidate)) {
        return null;
      }
    }
    return words[name];
  }

  private String instead(String interpreter) {
    String name = interpreter.substring(interpreter.lastIndexOf('/') + 1);
    for (String folder : FOLDERS) {
      if (image.has(folder + "/" + name)) {
        return "the root file system has " + folder + "/" + name + ": name that one";
      }
    }
    if (name.endsWith("sh")) {
      for (String shell : SHELLS) {
        if (image.has(shell)) {
          return "install " + name + " in the image, or write the script for " + shell;
        }
      }
      return "the root file system has no shell at all: install one, or start a program instead";
    }
    return "install " + name + " in the image";
  }

  private Fault elf(String path, Elf elf) {
    String machine = Elf.machineName(elf.machine());
    if (!Elf.runsHere(elf) && !isTaught(machine)) {
      return new Fault(
          path + " is for " + machine + ", and this machine is " + Elf.machineName(Elf.here()),
          "take the image for "
              + Elf.platform(Elf.here())
              + ", or let the kernel emulate: qemu-user-static and binfmt_misc");
    }
    if (!elf.isProgram()) {
      return new Fault(path + " is an object file or a core dump, not a program", "link it");
    }
    String loader = elf.interpreter();
    if (loader == null || image.coveredBy(loader) >= 0 || image.has(loader)) {
      return null;
    }
    return new Fault(
        path + " needs the loader " + loader + ", which the root file system lacks",
        otherLibrary(loader));
  }

  private String otherLibrary(String loader) {
    boolean musl = loader.contains("musl");
    for (String folder : List.of("/lib", "/lib64", "/usr/lib", "/usr/lib64")) {
      for (String name : image.list(folder)) {
        if (musl ? name.startsWith("ld-linux") : name.startsWith("ld-musl")) {
          return "it was built for "
              + (musl ? "musl" : "glibc")
              + ", and the image has "
              + (musl ? "glibc" : "musl")
              + ": build it for the image's libc, or link it statically";
        }
      }
    }
    return "link it statically, or take an image that has a libc";
  }

  /** Whether binfmt_misc has an emulator for that machine: qemu's names. */
  private boolean isTaught(String machine) {
    return host.has("/proc/sys/fs/binfmt_misc/qemu-" + machine);
  }

  /** Whether binfmt_misc knows the file by its first bytes or its name's end. */
  private boolean isKnownFormat(String path, byte[] head) {
    for (String name : host.list("/proc/sys/fs/binfmt_misc")) {
      if (!name.equals("register")
          && !name.equals("status")
          && !name.startsWith("qemu-")
          && Binfmt.matches(hostText("/proc/sys/fs/binfmt_misc/" + name), path, head)) {
        return true;
      }
    }
    return false;
  }

  private String hostText(String path) {
    return new String(host.head(path, 4096), StandardCharsets.UTF_8);
  }
}
