package dev.proa.rehearsal;

import dev.proa.kernel.Kernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs code against {@link RehearsalKernel}s, once for each process that it would make.
 *
 * <p>A process is named by the clones that lead to it: {@code [1, 0]} is what the first clone of
 * the runtime's second clone returned 0 in.
 */
public final class Rehearsal {
  private final Kernel machine;
  private final Consumer<Kernel> code;
  private final Map<List<Integer>, List<Message>> messages = new HashMap<>();
  private final List<Scene> scenes = new ArrayList<>();

  /**
   * What a process says to the one that cloned it.
   *
   * @param bytes the packet
   * @param descriptor whether a descriptor comes with it
   */
  record Message(byte[] bytes, boolean descriptor) {}

  private Rehearsal(Kernel machine, Consumer<Kernel> code) {
    this.machine = machine;
    this.code = code;
  }

  /**
   * What the processes would do, the runtime's own first.
   *
   * @param machine is asked about what is there, and changes nothing
   * @param code what is rehearsed; it is run several times, and must do the same each time
   * @param failure takes what the code throws, which ends the runtime's own part
   */
  public static List<Scene> of(
      Kernel machine, Consumer<Kernel> code, Consumer<RuntimeException> failure) {
    Rehearsal rehearsal = new Rehearsal(machine, code);
    try {
      rehearsal.play(List.of());
    } catch (RuntimeException e) {
      failure.accept(e);
    }
    return rehearsal.scenes;
  }

  /** Plays a process, unless it was played; all that it and its children say to the runtime. */
  List<Message> play(List<Integer> process) {
    List<Message> known = messages.get(process);
    if (known != null) {
      return known;
    }
    int at = scenes.size();
    RehearsalKernel kernel = new RehearsalKernel(machine, this, process);
    try {
      code.accept(kernel);
    } catch (Ended e) {
      // The usual end of a child: execve(2) or exit_group(2).
    } finally {
      kernel.close();
      scenes.add(at, new Scene(kernel.name(), kernel.actions()));
    }
    messages.put(process, kernel.said());
    return kernel.said();
  }
}
