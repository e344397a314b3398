package dev.proa.cli;

import dev.proa.doctor.Doctor;
import dev.proa.doctor.Probe;
import dev.proa.doctor.Probe.Answer;
import dev.proa.spec.JsonWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code doctor}: what this machine can do for containers. */
@Command(
    name = "doctor",
    description = {
      "Try what containers need of this machine, and say what does not work, why, and what mends it.",
      "Exit code: 0 if containers can run, 1 if something fails that they all need."
    },
    footer = {
      "",
      "Examples:",
      "  sudo proa doctor",
      "  proa doctor --json | jq '.[] | select(.answer != \"works\")'"
    })
final class DoctorCommand extends HelpOption implements Action {
  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public int run(Invocation invocation) {
    List<Probe> probes = Doctor.ask(invocation.kernel());
    boolean fails = false;
    for (Probe probe : probes) {
      fails |= probe.answer() == Answer.FAILS;
    }
    Screen screen = invocation.screen();
    invocation.print(json ? json(probes) : text(screen, probes));
    return fails ? 1 : 0;
  }

  private static String text(Screen screen, List<Probe> probes) {
    Table table = new Table(screen);
    String group = null;
    for (Probe probe : probes) {
      if (!probe.group().equals(group)) {
        group = probe.group();
        table.headings(group);
      }
      Screen.Style style =
          switch (probe.answer()) {
            case WORKS -> Screen.Style.GREEN;
            case MISSING -> Screen.Style.YELLOW;
            case FAILS -> Screen.Style.RED;
          };
      String answer = screen.paint(style, probe.answer().toString());
      table.row("  " + probe.name(), answer, probe.detail());
      if (probe.help() != null) {
        table.row("", "", "try: " + probe.help());
      }
    }
    return table.text();
  }

  private static String json(List<Probe> probes) {
    JsonWriter json = JsonWriter.pretty();
    json.beginArray();
    for (Probe probe : probes) {
      json.beginObject();
      json.field("group", probe.group());
      json.field("name", probe.name());
      json.field("answer", probe.answer().toString());
      json.field("detail", probe.detail());
      json.fieldIfPresent("help", probe.help());
      json.endObject();
    }
    json.endArray();
    return json.line();
  }
}
