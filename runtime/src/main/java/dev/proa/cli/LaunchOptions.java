package dev.proa.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that {@code create} and {@code run} share. */
final class LaunchOptions {
  @Mixin BundleOption bundle = new BundleOption();

  @Option(
      names = "--console-socket",
      paramLabel = "SOCKET",
      description = "UNIX socket that takes the master of the container's pseudoterminal.")
  String consoleSocket;

  @Option(
      names = "--pidfd-socket",
      paramLabel = "SOCKET",
      description = "UNIX socket that takes a pidfd of the container's first process.")
  String pidfdSocket;

  @Option(
      names = "--pid-file",
      paramLabel = "FILE",
      description = "Write the pid of the container's first process to FILE.")
  String pidFile;

  @Option(
      names = "--no-pivot",
      description = "Do not use pivot_root(2); for a root file system on a ramdisk.")
  boolean noPivot;

  @Option(
      names = "--no-new-keyring",
      description = "Keep the caller's session keyring instead of a new one.")
  boolean noNewKeyring;

  @Option(
      names = "--preserve-fds",
      paramLabel = "N",
      defaultValue = "0",
      description = "Pass N descriptors from 3 on to the container (default: 0).")
  int preserveFds;
}
