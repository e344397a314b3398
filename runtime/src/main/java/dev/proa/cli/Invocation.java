package dev.proa.cli;

import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Environment;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.Paths;
import dev.proa.kernel.ProcessCalls;
import dev.proa.operation.CreateRequest;
import dev.proa.operation.DefaultRoot;
import dev.proa.operation.Settings;
import dev.proa.setup.UserNamespace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** One call of the executable: what its commands need besides their own arguments. */
final class Invocation {
  private static final Fd STDOUT = new Fd(null, 1, "stdout");

  private final Kernel kernel;
  private final GlobalOptions global;
  private final CommandLine command;
  private final String id;

  Invocation(Kernel kernel, GlobalOptions global, CommandLine command) {
    this.kernel = kernel;
    this.global = global;
    this.command = command;
    this.id = firstPositional(command);
  }

  private static String firstPositional(CommandLine command) {
    CommandLine.ParseResult parsed = command.getParseResult();
    return parsed != null && parsed.hasMatchedPositional(0)
        ? parsed.matchedPositional(0).stringValues().getFirst()
        : null;
  }

  /** The same over another kernel. */
  Invocation over(Kernel other) {
    return new Invocation(other, global, command);
  }

  Kernel kernel() {
    return kernel;
  }

  Settings settings() {
    return new Settings(
        root(),
        global.cgroups(),
        global.isRootless(),
        global.level() == Log.Level.DEBUG ? new Log(kernel, global)::debug : null);
  }

  /** {@code --root}, or the default that holds for this user. */
  private String root() {
    if (global.root != null) {
      return absolute(global.root);
    }
    String runtimeDir = Environment.get("XDG_RUNTIME_DIR");
    if (runtimeDir == null || runtimeDir.isEmpty()) {
      return DefaultRoot.MACHINE;
    }
    boolean privileged = CredentialCalls.geteuid(kernel) == 0;
    return DefaultRoot.of(
        runtimeDir,
        privileged,
        privileged && UserNamespace.isInitial(kernel),
        Environment.get("USER"));
  }

  String absolute(String path) {
    return path.startsWith("/")
        ? Paths.absolute("/", path)
        : Paths.absolute(new ProcessCalls(kernel).getcwd(), path);
  }

  String absoluteOrNull(String path) {
    return path == null ? null : absolute(path);
  }

  CreateRequest request(
      String id, LaunchOptions launch, boolean detach, boolean keep, boolean noSubreaper) {
    return new CreateRequest(
        id,
        absolute(launch.bundle.folder),
        absoluteOrNull(launch.consoleSocket),
        absoluteOrNull(launch.pidfdSocket),
        absoluteOrNull(launch.pidFile),
        launch.noPivot,
        launch.noNewKeyring,
        launch.preserveFds,
        detach,
        keep,
        noSubreaper);
  }

  /** The log that the global flags ask for. */
  Log log() {
    return new Log(kernel, global);
  }

  /** What is being done, for an error's first words: the command and the container's id. */
  String what() {
    String name = command.getCommandName();
    return id == null ? name : name + " " + id;
  }

  /** The command's name. */
  String name() {
    return command.getCommandName();
  }

  /** What the command takes beside options. */
  List<CommandLine.Model.PositionalParamSpec> positionals() {
    return command.getCommandSpec().positionalParameters();
  }

  /** The name that proa was called by. */
  String calledAs() {
    return Version.calledAs(new FileCalls(kernel));
  }

  /** The command of that name, or null. */
  CommandLine commandNamed(String name) {
    CommandLine root = command.getParent() == null ? command : command.getParent();
    return root.getSubcommands().get(name);
  }

  /** Whether no command was named. */
  boolean isRoot() {
    return command.getParent() == null;
  }

  /** Logs what failed and does not count. */
  void warn(String message) {
    log().warning(message);
  }

  /** The help of the command line's root. */
  String rootUsage() {
    return command.getParent().getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  String usage() {
    return command.getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  /** What stdout leads to. */
  Screen screen() {
    return Screen.of(kernel, STDOUT, Environment.all());
  }

  void print(String text) {
    new FileCalls(kernel).writeAll(STDOUT, text.getBytes(StandardCharsets.UTF_8));
  }
}
