package dev.proa.cli;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Sysno;
import dev.proa.operation.Explain;
import dev.proa.rehearsal.Scene;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A plan as people read it: process by process, section by section, call by call. */
final class PlanText {
  private static final int DESCRIPTOR = 3;
  private static final String CONTINUED = "        ";

  private final Screen screen;
  private final String wanted;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param wanted the only section to show, or null for all
   */
  PlanText(Screen screen, String wanted) {
    this.screen = screen;
    this.wanted = wanted;
  }

  /** The plan's lines; none where it has no such section. */
  List<String> lines(Explain.Explanation plan) {
    for (Scene scene : plan.scenes()) {
      add(scene);
    }
    addFiles(plan.scenes());
    if (isWanted("process.capabilities", wanted)) {
      addCapabilities(plan.capabilities());
    }
    if (isWanted("linux.seccomp", wanted) && !plan.filter().isEmpty()) {
      heading("filter of linux.seccomp", plan.filter().size() + " instructions");
      for (String line : plan.filter()) {
        lines.add("  " + line);
      }
    }
    if (lines.isEmpty()) {
      return lines;
    }
    for (String warning : plan.warnings()) {
      lines.add(screen.paint(Screen.Style.YELLOW, "warning: ") + warning);
    }
    if (plan.failure() != null) {
      lines.add(screen.paint(Screen.Style.RED, "fails: ") + Screen.printable(plan.failure()));
    }
    return lines;
  }

  /** The sections that a plan has. */
  static Set<String> sections(Explain.Explanation plan) {
    Set<String> sections = new TreeSet<>();
    for (Scene scene : plan.scenes()) {
      for (Scene.Action action : scene.actions()) {
        sections.add(action.section());
      }
    }
    return sections;
  }

  /** Whether a section is the wanted one, or a part of it. */
  static boolean isWanted(String section, String wanted) {
    return wanted == null
        || section.equals(wanted)
        || (section.startsWith(wanted) && ".[:".indexOf(section.charAt(wanted.length())) >= 0);
  }

  private void heading(String name, String more) {
    if (!lines.isEmpty()) {
      lines.add("");
    }
    lines.add(screen.paint(Screen.Style.BOLD, name) + (more.isEmpty() ? "" : ": " + more));
  }

  private void add(Scene scene) {
    String last = null;
    boolean headed = false;
    for (Scene.Action action : scene.actions()) {
      if (action.call().number() == Sysno.CLOSE || !isWanted(action.section(), wanted)) {
        continue;
      }
      if (!headed) {
        heading(scene.name(), "");
        headed = true;
      }
      if (!action.section().equals(last)) {
        last = action.section();
        lines.add("  " + screen.paint(Screen.Style.CYAN, last));
      }
      String call = Screen.printable(action.call().toString());
      String indent = "    ";
      for (String line : Screen.wrap(call, screen.width() - CONTINUED.length())) {
        lines.add(indent + line);
        indent = CONTINUED;
      }
      lines.add(lines.removeLast() + result(action));
    }
  }

  /** What strace prints behind the call, where it is not plain 0. */
  private String result(Scene.Action action) {
    long result = action.result();
    if (result < 0) {
      String name = Errno.of((int) -result).symbol();
      return screen.paint(Screen.Style.DIM, " = -1 " + name);
    }
    return result >= DESCRIPTOR && isDescriptor(action.call().number())
        ? screen.paint(Screen.Style.DIM, " = " + result)
        : "";
  }

  private static boolean isDescriptor(Sysno number) {
    return switch (number) {
      case OPENAT, OPENAT2, OPEN_TREE, FSOPEN, FSMOUNT, SOCKET, ACCEPT4, FCNTL, BPF -> true;
      default -> false;
    };
  }

  private void addFiles(List<Scene> scenes) {
    Table table = new Table(screen).indent(2);
    boolean any = false;
    for (Scene scene : scenes) {
      for (Map.Entry<String, String> file : Files.of(scene, wanted)) {
        table.row(file.getKey(), Screen.printable(file.getValue().strip()));
        any = true;
      }
    }
    if (any) {
      heading("files written", "");
      lines.addAll(table.text().lines().toList());
    }
  }

  /** The files of cgroupfs, procfs and sysfs that are written, in their order. */
  static final class Files {
    private Files() {}

    static List<Map.Entry<String, String>> of(Scene scene, String wanted) {
      List<Map.Entry<String, String>> files = new ArrayList<>();
      for (Scene.Action action : scene.actions()) {
        if (isKernels(action.file()) && isWanted(action.section(), wanted)) {
          files.add(Map.entry(action.file(), data(action)));
        }
      }
      return files;
    }

    private static boolean isKernels(String file) {
      return file != null
          && (file.startsWith("/sys/") || file.startsWith("/proc/") || file.startsWith("/self/"));
    }

    private static String data(Scene.Action action) {
      return action.call().args().get(1) instanceof dev.proa.kernel.Arg.Memory memory
          ? new String(memory.bytes(), StandardCharsets.UTF_8)
          : "";
    }
  }

  private void addCapabilities(List<Explain.CapabilitySet> sets) {
    heading("capabilities", "");
    Table table = new Table(screen).indent(2).right(1).right(2);
    table.headings("SET", "BEFORE", "AFTER", "CHANGE");
    for (Explain.CapabilitySet set : sets) {
      table.row(
          set.name(),
          Integer.toString(set.before().size()),
          Integer.toString(set.after().size()),
          change(set));
    }
    lines.addAll(table.text().lines().toList());
  }

  private static String change(Explain.CapabilitySet set) {
    List<String> lost = new ArrayList<>(set.before());
    lost.removeAll(set.after());
    List<String> gained = new ArrayList<>(set.after());
    gained.removeAll(set.before());
    List<String> kept = new ArrayList<>(set.after());
    kept.removeAll(gained);
    StringBuilder text = new StringBuilder();
    if (!kept.isEmpty()) {
      text.append("keeps ").append(String.join(" ", kept));
    }
    if (!gained.isEmpty()) {
      text.append(text.isEmpty() ? "" : "; ").append("asks for ").append(String.join(" ", gained));
    }
    if (!lost.isEmpty()) {
      text.append(text.isEmpty() ? "" : "; ").append("loses ");
      // The shorter list says it: what is kept, or what goes.
      boolean few = lost.size() <= 8 || (kept.isEmpty() && lost.size() < 12);
      text.append(few ? String.join(" ", lost) : "the other " + lost.size());
    }
    return text.isEmpty() ? "-" : text.toString();
  }
}
