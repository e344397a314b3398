package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.spec.ConsoleSize;
import dev.proa.terminal.ConsoleSocket;
import dev.proa.terminal.Pty;
import dev.proa.terminal.TerminalException;

/**
 * {@code process.terminal}: a pseudoterminal from the container's own devpts becomes the process's
 * standard descriptors and {@code /dev/console}; its master goes to whoever shows it.
 *
 * @param size {@code process.consoleSize}, or null
 * @param socket takes the master
 */
record Terminal(ConsoleSize size, Fd socket) implements Step {

  /**
   * The step.
   *
   * @param socket the connected console socket
   */
  static Terminal plan(ConsoleSize size, Fd socket) {
    return new Terminal(size, socket);
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
      pty.bindToConsole();
      ConsoleSocket.send(inside.kernel(), socket, pty.master(), ConsoleSocket.PTMX);
      socket.close();
      pty.attach();
    } catch (TerminalException e) {
      throw new SetupException(e.getMessage());
    }
  }
}
