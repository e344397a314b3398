package dev.proa.seccomp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of the system calls on each architecture.
 *
 * <p>Read from {@code syscalls.tsv}, which hack/seccomp-tables makes. This class is initialised
 * when the native image is built: at run time the tables are there, and the file is not needed.
 */
final class Syscalls {
  private static final int ABSENT = -1;

  // The first argument of socketcall(2) and ipc(2): linux/net.h and linux/ipc.h.
  private static final Map<String, Integer> SOCKETCALLS =
      counted(
          1,
          "socket bind connect listen accept getsockname getpeername socketpair send recv sendto"
              + " recvfrom shutdown setsockopt getsockopt sendmsg recvmsg accept4 recvmmsg"
              + " sendmmsg");
  private static final Map<String, Integer> IPCS = ipcs();

  private static final Map<String, Integer> INDEX = new HashMap<>(2048);
  private static final String[] NAMES;
  private static final Map<Arch, int[]> NUMBERS = new EnumMap<>(Arch.class);
  private static final int[] SOCKETCALL;
  private static final int[] IPC;

  static {
    List<String> lines = lines();
    List<String> head = List.of(lines.get(1).split("\t"));
    int count = lines.size() - 2;
    NAMES = new String[count];
    SOCKETCALL = new int[count];
    IPC = new int[count];
    for (Arch arch : Arch.values()) {
      NUMBERS.put(arch, new int[count]);
    }
    for (int i = 0; i < count; i++) {
      String[] cells = lines.get(i + 2).split("\t");
      NAMES[i] = cells[0];
      INDEX.put(cells[0], i);
      SOCKETCALL[i] = SOCKETCALLS.getOrDefault(cells[0], ABSENT);
      IPC[i] = IPCS.getOrDefault(cells[0], ABSENT);
      for (Arch arch : Arch.values()) {
        String cell = cells[head.indexOf(arch.column())];
        NUMBERS.get(arch)[i] = cell.equals("-") ? ABSENT : arch.base() + Integer.parseInt(cell);
      }
    }
  }

  private Syscalls() {}

  private static List<String> lines() {
    try (InputStream in = Syscalls.class.getResourceAsStream("syscalls.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Integer> counted(int first, String names) {
    Map<String, Integer> numbers = new HashMap<>();
    int number = first;
    for (String name : names.split(" ")) {
      numbers.put(name, number++);
    }
    return numbers;
  }

  private static Map<String, Integer> ipcs() {
    Map<String, Integer> numbers = counted(1, "semop semget semctl semtimedop");
    numbers.putAll(counted(11, "msgsnd msgrcv msgget msgctl"));
    numbers.putAll(counted(21, "shmat shmdt shmget shmctl"));
    return numbers;
  }

  /** A call's place in the tables; -1 for a name that no architecture has. */
  static int index(String name) {
    Integer index = INDEX.get(name);
    return index == null ? ABSENT : index;
  }

  /** The call's number on that architecture; -1 where it has none. */
  static int number(Arch arch, int index) {
    return NUMBERS.get(arch)[index];
  }

  /** The call's name. */
  static String name(int index) {
    return NAMES[index];
  }

  /** The first argument with which socketcall(2) makes this call; -1 for other calls. */
  static int socketcall(int index) {
    return SOCKETCALL[index];
  }

  /** The first argument with which ipc(2) makes this call; -1 for other calls. */
  static int ipc(int index) {
    return IPC[index];
  }

  /** The name of that number on that architecture, or null. */
  static String nameOf(Arch arch, int number) {
    int[] numbers = NUMBERS.get(arch);
    for (int i = 0; number >= 0 && i < numbers.length; i++) {
      if (numbers[i] == number) {
        return NAMES[i];
      }
    }
    return null;
  }

  /** All names, sorted. */
  static List<String> names() {
    return Arrays.asList(NAMES);
  }
}
