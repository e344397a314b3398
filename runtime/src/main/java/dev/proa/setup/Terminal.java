package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.spec.ConsoleSize;
import dev.proa.terminal.ConsoleSocket;
import dev.proa.terminal.Pty;
import dev.proa.terminal.TerminalException;

/**
 * {@code process.terminal}: a pseudoterminal from the container's own devpts becomes the process's
 * standard descriptors, and init's becomes {@code /dev/console}; its master goes to whoever shows
 * it.
 *
 * @param size {@code process.consoleSize}, or null
 * @param socket takes the master: the connected console socket
 * @param console whether it becomes {@code /dev/console}
 */
record Terminal(ConsoleSize size, Fd socket, boolean console) implements Step {

  /** The container's own terminal. */
  static Terminal ofInit(ConsoleSize size, Fd socket) {
    return new Terminal(size, socket, true);
  }

  /** The terminal of a process that joins the container. */
  static Terminal ofJoined(ConsoleSize size, Fd socket) {
    return new Terminal(size, socket, false);
  }

  @Override
  public String section() {
    return "process.terminal";
  }

  @Override
  public void apply(Inside inside) {
    try (Pty pty = Pty.open(inside.kernel())) {
      if (size != null) {
        pty.setSize((int) size.height(), (int) size.width());
      }
      if (console) {
        pty.bindToConsole();
      }
      ConsoleSocket.send(inside.kernel(), socket, pty.master(), ConsoleSocket.PTMX);
      socket.close();
      pty.attach();
    } catch (TerminalException e) {
      throw new SetupException(e.getMessage());
    }
  }
}
