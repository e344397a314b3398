package dev.proa.cli;

import dev.proa.kernel.Bytes;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.operation.OperationException;
import dev.proa.seccomp.Disassembler;
import dev.proa.seccomp.Filter;
import dev.proa.seccomp.ProfileFile;
import dev.proa.seccomp.SeccompCompiler;
import dev.proa.seccomp.Verdict;
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code seccomp}: what a profile becomes and what it does. */
@Command(
    name = "seccomp",
    description = "Compile seccomp profiles, show and test them.",
    subcommands = {
      SeccompCommand.Compile.class,
      SeccompCommand.Show.class,
      SeccompCommand.Test.class,
    },
    footer = {
      "",
      "A profile is a file with a config's linux.seccomp section, a whole config.json, or a profile"
          + " in Docker's form.",
      "",
      "Examples:",
      "  proa seccomp show config.json",
      "  proa seccomp test profile.json clone CLONE_NEWUSER",
      "  proa run --seccomp-learn profile.json web     # makes one",
    })
final class SeccompCommand extends HelpOption implements Action {
  private static final Fd STDOUT = new Fd(null, 1, "stdout");

  @Override
  public int run(Invocation invocation) {
    invocation.print(invocation.usage());
    return 0;
  }

  private abstract static class OfProfile extends HelpOption implements Action {
    @Parameters(
        index = "0",
        paramLabel = "PROFILE",
        description = "The spec's section, a config.json, or a profile in Docker's form.")
    String profile;

    Seccomp read(Invocation invocation) {
      byte[] text =
          new FileCalls(invocation.kernel()).readFile(Fd.CWD, invocation.absolute(profile));
      return ProfileFile.read(profile, text);
    }
  }

  /** {@code seccomp compile}. */
  @Command(
      name = "compile",
      description = "Write the filter that a profile becomes on this machine.",
      footer = {
        "",
        "Example:",
        "  proa seccomp compile profile.json > filter.bpf     # as bwrap --seccomp takes it",
      })
  static final class Compile extends OfProfile {
    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "bpf",
        description =
            "bpf (default): struct sock_filter after struct sock_filter; asm; or c: an array.")
    String format;

    @Override
    public int run(Invocation invocation) {
      Filter filter = SeccompCompiler.compile(read(invocation));
      switch (format) {
        case "bpf" -> {
          if (invocation.screen().isTerminal()) {
            throw new OperationException("seccomp compile: stdout is a terminal, and BPF binary");
          }
          new FileCalls(invocation.kernel()).writeAll(STDOUT, filter.program());
        }
        case "asm" -> invocation.print(String.join("\n", Disassembler.lines(filter)) + "\n");
        case "c" -> invocation.print(c(filter));
        default -> throw new OperationException("invalid format option: " + format);
      }
      return 0;
    }

    private static String c(Filter filter) {
      StringBuilder text = new StringBuilder("#include <linux/filter.h>\n\n");
      text.append("static const struct sock_filter filter[] = {\n");
      byte[] program = filter.program();
      List<String> lines = Disassembler.lines(filter);
      for (int i = 0; i < lines.size(); i++) {
        int at = 8 * i;
        text.append("  {0x").append(Integer.toHexString(Bytes.getShort(program, at)));
        text.append(", ").append(program[at + 2] & 0xff);
        text.append(", ").append(program[at + 3] & 0xff);
        text.append(", 0x").append(Integer.toHexString(Bytes.getInt(program, at + 4)));
        text.append("}, /* ").append(lines.get(i).strip()).append(" */\n");
      }
      return text.append("};\n").toString();
    }
  }

  /** {@code seccomp show}. */
  @Command(
      name = "show",
      description = "Summarise a profile and disassemble its filter.",
      footer = {"", "Example:", "  proa seccomp show --brief profile.json"})
  static final class Show extends OfProfile {
    @Option(names = "--brief", description = "Only the summary.")
    boolean brief;

    @Override
    public int run(Invocation invocation) {
      Seccomp section = read(invocation);
      Filter filter = SeccompCompiler.compile(section);
      Screen screen = invocation.screen();
      Table table = new Table(screen);
      table.row("default", section.defaultAction().toString());
      for (Map.Entry<String, List<String>> entry : byAction(section).entrySet()) {
        List<String> names = entry.getValue();
        table.row(entry.getKey(), names.size() + " calls: " + String.join(" ", names));
      }
      List<String> arches = section.architectures();
      table.row("architectures", arches.isEmpty() ? "this machine's" : String.join(" ", arches));
      if (!section.flags().isEmpty()) {
        table.row("flags", String.join(" ", section.flags()));
      }
      table.row("filter", filter.length() + " instructions");
      invocation.print(table.text());
      if (!brief) {
        invocation.print("\n" + String.join("\n", Disassembler.lines(filter)) + "\n");
      }
      return 0;
    }

    /** The calls of each action; those with conditions are marked. */
    private static Map<String, List<String>> byAction(Seccomp section) {
      Map<String, List<String>> byAction = new TreeMap<>();
      for (SeccompRule rule : section.syscalls()) {
        List<String> names =
            byAction.computeIfAbsent(rule.action().toString(), action -> new ArrayList<>());
        for (String name : rule.names()) {
          String shown = rule.args().isEmpty() ? name : name + "(…)";
          if (!names.contains(shown)) {
            names.add(shown);
          }
        }
      }
      byAction.values().forEach(names -> names.sort(null));
      return byAction;
    }
  }

  /** {@code seccomp test}. */
  @Command(
      name = "test",
      description = "Say what a profile does to one call, and by which rule.",
      footer = {
        "",
        "Examples:",
        "  proa seccomp test profile.json clone CLONE_NEWUSER",
        "  proa seccomp test --arch x86 profile.json personality 0xffffffff",
      })
  static final class Test extends OfProfile {
    @Parameters(index = "1", paramLabel = "SYSCALL", description = "The call's name.")
    String syscall;

    @Parameters(
        index = "2..*",
        arity = "0..6",
        paramLabel = "ARGS",
        description =
            "Its arguments: decimal, 0x…, 0…, or names as CLONE_NEWUSER|CLONE_NEWNS; missing ones"
                + " are 0.")
    List<String> args = new ArrayList<>();

    @Option(
        names = "--arch",
        paramLabel = "ARCH",
        description = "How the call is made, as x86 or SCMP_ARCH_X86 (default: this machine's).")
    String arch;

    @Override
    public int run(Invocation invocation) {
      long[] values = new long[Math.min(args.size(), 6)];
      for (int i = 0; i < values.length; i++) {
        values[i] = SyscallArgument.parse(args.get(i));
      }
      Verdict verdict = Verdict.of(read(invocation), arch, syscall, values);
      Screen screen = invocation.screen();
      boolean allowed = verdict.action().equals("SCMP_ACT_ALLOW");
      Screen.Style style = allowed ? Screen.Style.GREEN : Screen.Style.RED;
      Table table = new Table(screen);
      table.row(screen.paint(style, verdict.action()), "by " + verdict.reason());
      for (String rule : verdict.passedOver()) {
        table.row("", "not " + rule);
      }
      invocation.print(table.text());
      return 0;
    }
  }
}
