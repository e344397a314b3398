package dev.proa.cli;

import dev.proa.cgroup.CgroupException;
import dev.proa.hook.HookException;
import dev.proa.kernel.Environment;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Seal;
import dev.proa.operation.OperationException;
import dev.proa.seccomp.SeccompException;
import dev.proa.setup.SetupException;
import dev.proa.spec.InvalidSpecException;
import dev.proa.terminal.TerminalException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The executable's entry: parses the command line, runs the command, prints its error. */
public final class Main {
  /** Built with the image, so that no reflection over the commands is left for run time. */
  private static final CommandLine COMMANDS = commands();

  private Main() {}

  private static CommandLine commands() {
    CommandLine commands = new CommandLine(new ProaCommand());
    commands.setPosixClusteredShortOptionsAllowed(false);
    commands.setStopAtPositional(true);
    // As Go: what follows an option that takes a value is the value, whatever it looks like.
    commands.setAllowOptionsAsOptionParameters(true);
    return commands;
  }

  /** Runs one command; the process exits with its code. */
  public static void main(String[] args) {
    Kernel kernel = new LinuxKernel();
    if (entersContainers(args)) {
      Seal.ensure(kernel, Environment::all);
    }
    int code = run(kernel, args);
    kernel.call(ProcessCalls.exit(code));
  }

  /** Whether the command is one of those: a look at the words, before anything is parsed. */
  private static boolean entersContainers(String[] args) {
    for (String arg : args) {
      if (Seal.COMMANDS.contains(arg)) {
        return true;
      }
    }
    return false;
  }

  private static int run(Kernel kernel, String[] args) {
    ProaCommand root = COMMANDS.getCommand();
    ParseResult parsed;
    try {
      parsed = COMMANDS.parseArgs(GoFlags.normalize(COMMANDS.getCommandSpec(), args));
    } catch (ParameterException e) {
      return Usage.wrong(new Invocation(kernel, root.global, e.getCommandLine()), args, e);
    }
    while (parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    CommandLine command = parsed.commandSpec().commandLine();
    Invocation invocation = new Invocation(kernel, root.global, command);
    if (command.isUsageHelpRequested()) {
      invocation.print(invocation.usage());
      return 0;
    }
    String problem = root.global.problem();
    if (problem != null) {
      root.global.logLevel = null; // it may be what is wrong
      invocation.log().error(problem);
      return 1;
    }
    Log log = invocation.log();
    Action action = command.getCommand();
    try {
      log.open();
      if (root.global.level() == Log.Level.DEBUG) {
        log.debug("proa " + Version.NUMBER + ": " + invocation.what());
      }
      return action.timeline() == null ? action.run(invocation) : Timed.run(action, invocation);
    } catch (OperationException | InvalidSpecException e) {
      log.error(e.getMessage());
      hint(invocation, root.global, action, e);
    } catch (SetupException
        | CgroupException
        | HookException
        | SeccompException
        | TerminalException
        | KernelException e) {
      log.error(invocation.what() + ": " + e.getMessage());
      hint(invocation, root.global, action, e);
    } catch (RuntimeException e) { // a mistake of ours: still one record and exit code 1
      log.error(invocation.what() + ": internal error: " + e);
    }
    return action.failure();
  }

  private static void hint(
      Invocation invocation, GlobalOptions global, Action action, RuntimeException failure) {
    new HintLines(invocation.kernel(), global, Environment.all())
        .print(action, invocation, failure.getMessage());
  }
}
