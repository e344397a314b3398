package dev.proa.conformance.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Options of {@code create}; null, 0 or false leaves an option out. */
public record CreateOptions(
    Path bundle,
    Path pidFile,
    Path consoleSocket,
    boolean noPivot,
    boolean noNewKeyring,
    int preserveFds) {
  /** Only {@code --bundle}. */
  public static CreateOptions bundle(Path bundle) {
    return new CreateOptions(bundle, null, null, false, false, 0);
  }

  /** With {@code --pid-file}. */
  public CreateOptions withPidFile(Path file) {
    return new CreateOptions(bundle, file, consoleSocket, noPivot, noNewKeyring, preserveFds);
  }

  /** With {@code --console-socket}. */
  public CreateOptions withConsoleSocket(Path socket) {
    return new CreateOptions(bundle, pidFile, socket, noPivot, noNewKeyring, preserveFds);
  }

  /** With {@code --no-pivot}. */
  public CreateOptions withNoPivot() {
    return new CreateOptions(bundle, pidFile, consoleSocket, true, noNewKeyring, preserveFds);
  }

  /** With {@code --no-new-keyring}. */
  public CreateOptions withNoNewKeyring() {
    return new CreateOptions(bundle, pidFile, consoleSocket, noPivot, true, preserveFds);
  }

  /** With {@code --preserve-fds}. */
  public CreateOptions withPreserveFds(int count) {
    return new CreateOptions(bundle, pidFile, consoleSocket, noPivot, noNewKeyring, count);
  }

  List<String> arguments() {
    List<String> all = new ArrayList<>();
    if (bundle != null) {
      all.addAll(List.of("--bundle", bundle.toString()));
    }
    if (pidFile != null) {
      all.addAll(List.of("--pid-file", pidFile.toString()));
    }
    if (consoleSocket != null) {
      all.addAll(List.of("--console-socket", consoleSocket.toString()));
    }
    if (noPivot) {
      all.add("--no-pivot");
    }
    if (noNewKeyring) {
      all.add("--no-new-keyring");
    }
    if (preserveFds > 0) {
      all.addAll(List.of("--preserve-fds", Integer.toString(preserveFds)));
    }
    return all;
  }
}
