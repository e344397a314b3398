package dev.proa.seccomp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompArg;
import dev.proa.spec.linux.SeccompRule;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Debian's libseccomp, asked for the filter of a section in the way in which runc asks it: what
 * proa's filters are held against.
 */
@SuppressWarnings("restricted")
final class Libseccomp {
  private static final int ERROR = -1;
  private static final int EEXIST = 17;

  private final SymbolLookup library;
  private final Linker linker = Linker.nativeLinker();

  private Libseccomp(SymbolLookup library) {
    this.library = library;
  }

  /** The library, or null where it is not installed. */
  static Libseccomp find() {
    try {
      return new Libseccomp(SymbolLookup.libraryLookup("libseccomp.so.2", Arena.global()));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return linker.downcallHandle(
        library.findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  /** Whether the library knows that call's name. */
  boolean knows(String name) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle resolve = function("seccomp_syscall_resolve_name", JAVA_INT, ADDRESS);
      return (int) resolve.invokeExact(arena.allocateFrom(name)) != ERROR;
    }
  }

  /** The program, or null where libseccomp refuses two rules that contradict each other. */
  byte[] compile(Seccomp section) throws Throwable {
    MemorySegment context =
        (MemorySegment)
            function("seccomp_init", ADDRESS, JAVA_INT)
                .invokeExact(Actions.value(section.defaultAction(), section.defaultErrnoRet(), ""));
    try (Arena arena = Arena.ofConfined()) {
      for (String name : section.architectures()) {
        MemorySegment text = arena.allocateFrom(Arch.of(name).column());
        int token =
            (int) function("seccomp_arch_resolve_name", JAVA_INT, ADDRESS).invokeExact(text);
        int result =
            (int)
                function("seccomp_arch_add", JAVA_INT, ADDRESS, JAVA_INT)
                    .invokeExact(context, token);
        if (result != 0 && result != -EEXIST) {
          throw new IllegalStateException("seccomp_arch_add " + name + ": " + result);
        }
      }
      for (SeccompRule rule : section.syscalls()) {
        if (!add(arena, context, section, rule)) {
          return null;
        }
      }
      Path file = Files.createTempFile("filter", ".bpf");
      int fd = open(arena, file);
      int result =
          (int)
              function("seccomp_export_bpf", JAVA_INT, ADDRESS, JAVA_INT).invokeExact(context, fd);
      int closed = (int) libc("close", JAVA_INT).invokeExact(fd);
      byte[] program = Files.readAllBytes(file);
      Files.delete(file);
      if (result != 0 || closed != 0) {
        throw new IllegalStateException("seccomp_export_bpf: " + result);
      }
      return program;
    } finally {
      linker
          .downcallHandle(
              library.findOrThrow("seccomp_release"), FunctionDescriptor.ofVoid(ADDRESS))
          .invokeExact(context);
    }
  }

  private boolean add(Arena arena, MemorySegment context, Seccomp section, SeccompRule rule)
      throws Throwable {
    int action = Actions.value(rule.action(), rule.errnoRet(), "");
    if (action == Actions.value(section.defaultAction(), section.defaultErrnoRet(), "")) {
      return true;
    }
    boolean twice =
        rule.args().stream().map(SeccompArg::index).distinct().count() < rule.args().size();
    List<List<SeccompArg>> alternatives = new ArrayList<>();
    if (twice) {
      rule.args().forEach(arg -> alternatives.add(List.of(arg)));
    } else {
      alternatives.add(rule.args());
    }
    MethodHandle resolve = function("seccomp_syscall_resolve_name", JAVA_INT, ADDRESS);
    MethodHandle addArray =
        function(
            "seccomp_rule_add_array", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    for (String name : rule.names()) {
      int number = (int) resolve.invokeExact(arena.allocateFrom(name));
      for (List<SeccompArg> args : alternatives) {
        if (number == ERROR) {
          continue;
        }
        MemorySegment array = arena.allocate(24L * args.size() + 8, 8);
        for (int i = 0; i < args.size(); i++) {
          SeccompArg arg = args.get(i);
          array.set(JAVA_INT, 24L * i, arg.index());
          // enum scmp_compare begins with NE as 1, in the order of the spec's names.
          array.set(JAVA_INT, 24L * i + 4, List.of(SeccompArg.Op.values()).indexOf(arg.op()) + 1);
          array.set(JAVA_LONG, 24L * i + 8, arg.value());
          array.set(JAVA_LONG, 24L * i + 16, arg.valueTwo());
        }
        int result = (int) addArray.invokeExact(context, action, number, args.size(), array);
        if (result == -EEXIST) {
          return false;
        }
        if (result != 0) {
          throw new IllegalStateException("seccomp_rule_add " + name + ": " + result);
        }
      }
    }
    return true;
  }

  private int open(Arena arena, Path file) throws Throwable {
    int writeOnlyTruncate = 01001;
    MemorySegment path = arena.allocateFrom(file.toString());
    return (int) libc("open", ADDRESS, JAVA_INT).invokeExact(path, writeOnlyTruncate);
  }

  private MethodHandle libc(String name, MemoryLayout... arguments) {
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
  }
}
