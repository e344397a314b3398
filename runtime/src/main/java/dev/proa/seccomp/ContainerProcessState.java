package dev.proa.seccomp;

import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.SocketCalls;
import dev.proa.spec.JsonWriter;
import dev.proa.spec.State;
import java.util.Arrays;

/**
 * What a runtime tells the agent that answers SCMP_ACT_NOTIFY: config-linux.md, The Container
 * Process State. The notify descriptor travels with it.
 *
 * @param pid the process that has the filter, as the runtime sees it
 * @param metadata listenerMetadata of the section; null or empty is left out
 * @param state the container's state, of whose version of the spec this is too
 */
public record ContainerProcessState(int pid, String metadata, State state) {
  /** The name of the notify descriptor in {@code fds}: seccompFd of the spec. */
  private static final String SECCOMP_FD = "seccompFd";

  /** The message's text. */
  public byte[] toJson() {
    JsonWriter json = JsonWriter.compact();
    json.beginObject().field("ociVersion", state.ociVersion());
    json.beginArray("fds").value(SECCOMP_FD).endArray();
    json.field("pid", pid).fieldIfPresent("metadata", metadata).name("state");
    state.write(json);
    return json.endObject().toBytes();
  }

  /**
   * Connects to the agent's socket, sends the message with the descriptor, and hangs up.
   *
   * @param listenerPath listenerPath of the section
   * @param notify the descriptor that loading the filter gave; stays the caller's
   * @throws dev.proa.kernel.KernelException if nobody listens there (ECONNREFUSED, ENOENT, …)
   */
  public void send(Kernel kernel, String listenerPath, Fd notify) {
    SocketCalls sockets = new SocketCalls(kernel);
    try (Fd socket = sockets.socket(SocketCalls.SOCK_STREAM)) {
      sockets.connect(socket, listenerPath);
      send(sockets, socket, notify);
    }
  }

  /** Sends the message with the descriptor over a connected socket. */
  void send(SocketCalls sockets, Fd socket, Fd notify) {
    byte[] json = toJson();
    // The descriptor goes with the first byte; a stream may take the rest in pieces.
    int sent = sockets.sendmsg(socket, json, notify);
    while (sent < json.length) {
      sent += sockets.send(socket, Arrays.copyOfRange(json, sent, json.length));
    }
  }
}
