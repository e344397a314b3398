package dev.proa.rehearsal;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.Sysno;
import java.util.List;
import java.util.TreeMap;

/** What is open, by its number: the lowest free one is given out, as the kernel does it. */
final class Descriptors {
  private static final int FIRST = 3;

  /** One open thing. */
  static final class Open {
    /** Where in the files, or null. */
    FileTree.Place place;

    /** The machine's own descriptor that is read from, or -1. */
    int machine = -1;

    /** A mount that is attached nowhere yet, or null. */
    FileTree.Mount mount;

    /** The type of a file system that fsopen(2) began, or null. */
    String fileSystem;

    /** What a read gives, or null. */
    byte[] content;

    /** Whether it is an end of the handshake. */
    boolean handshake;

    /** Whether it is a connection to the socket on which a created container waits. */
    boolean connection;
  }

  private final TreeMap<Integer, Open> open = new TreeMap<>();

  Descriptors() {
    for (int number = 0; number < FIRST; number++) {
      Open standard = new Open();
      standard.machine = number;
      open.put(number, standard);
    }
  }

  int add(Open what) {
    return add(what, FIRST);
  }

  /** Gives it the lowest free number from {@code least} on. */
  int add(Open what, int least) {
    int number = least;
    while (open.containsKey(number)) {
      number++;
    }
    open.put(number, what);
    return number;
  }

  void put(int number, Open what) {
    open.put(number, what);
  }

  Open get(long number) {
    return open.get((int) number);
  }

  /** Closes what was opened of the machine, unless it is open under another number too. */
  void release(Kernel machine, Open closed) {
    if (closed.machine >= FIRST && !open.containsValue(closed)) {
      machine.call(Call.of(Sysno.CLOSE, Arg.of(closed.machine)));
    }
  }

  /** Closes all that was opened of the machine. */
  void closeAll(Kernel machine) {
    List<Open> all = List.copyOf(open.values());
    open.clear();
    for (Open each : all) {
      release(machine, each);
      each.machine = -1;
    }
  }

  /** Forgets it; what it was, or null. */
  Open remove(long number) {
    return open.remove((int) number);
  }

  /** Forgets all from {@code first} to {@code last}. */
  void removeRange(long first, long last) {
    open.keySet().removeIf(number -> number >= first && number <= last);
  }
}
