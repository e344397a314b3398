package dev.proa.conformance.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The command line of an OCI runtime, typed: a method per command, an options record where a
 * command has options. Every call starts one process and waits for it, except {@link #begin}.
 */
public final class OciRuntime {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String executable;
  private final GlobalOptions globals;
  private final List<String> before;
  private final Map<String, String> environment;
  private final Launcher launcher;

  private OciRuntime(
      String executable,
      GlobalOptions globals,
      List<String> before,
      Map<String, String> environment,
      Launcher launcher) {
    this.executable = executable;
    this.globals = globals;
    this.before = List.copyOf(before);
    this.environment = Map.copyOf(environment);
    this.launcher = launcher;
  }

  /**
   * @param executable a path, or a name found in PATH
   */
  public OciRuntime(String executable, GlobalOptions globals, Launcher launcher) {
    this(executable, globals, List.of(), Map.of(), launcher);
  }

  /** The same runtime with other global options. */
  public OciRuntime with(GlobalOptions other) {
    return new OciRuntime(executable, other, before, environment, launcher);
  }

  /** The same runtime by another path: a copy, or a link with a name of its own. */
  public OciRuntime at(Path path) {
    return new OciRuntime(path.toString(), globals, before, environment, launcher);
  }

  /** The same runtime started by another program: {@code setpriv … runc …}. */
  public OciRuntime through(String... program) {
    return new OciRuntime(executable, globals, List.of(program), environment, launcher);
  }

  /** The same runtime with one more variable in its environment. */
  public OciRuntime withEnvironment(String name, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(name, value);
    return new OciRuntime(executable, globals, before, more, launcher);
  }

  /** The path or name of the executable. */
  public String executable() {
    return executable;
  }

  /** The options that stand before each command. */
  public GlobalOptions globals() {
    return globals;
  }

  /** Which runtime it is. */
  public RuntimeKind kind() {
    return RuntimeKind.of(version().stdout());
  }

  /** {@code --version}, without any other option. */
  public Result version() {
    return with(GlobalOptions.root(null)).raw("--version");
  }

  /** {@code create}. */
  public Result create(String id, CreateOptions options) {
    return command("create", options.arguments(), id);
  }

  /** {@code run}, until it ends. */
  public Result run(String id, RunOptions options) {
    return command("run", options.arguments(), id);
  }

  /** {@code run}, not waiting. */
  public Execution beginRun(String id, RunOptions options, Launcher.Stdin stdin) {
    return begin(words("run", options.arguments(), id), stdin);
  }

  /** {@code create}, not waiting. */
  public Execution beginCreate(String id, CreateOptions options, Launcher.Stdin stdin) {
    return begin(words("create", options.arguments(), id), stdin);
  }

  /** {@code start}. */
  public Result start(String id) {
    return raw("start", id);
  }

  /** {@code state}. */
  public Result state(String id) {
    return raw("state", id);
  }

  /** {@code state}, which must succeed, as JSON. */
  public JsonNode stateOf(String id) {
    return json(state(id).succeeds().stdout());
  }

  /** {@code kill} with a signal's name or number. */
  public Result kill(String id, String signal) {
    return raw("kill", id, signal);
  }

  /** {@code kill --all}. */
  public Result killAll(String id, String signal) {
    return raw("kill", "--all", id, signal);
  }

  /** {@code delete}. */
  public Result delete(String id) {
    return raw("delete", id);
  }

  /** {@code delete --force}. */
  public Result deleteForce(String id) {
    return raw("delete", "--force", id);
  }

  /** {@code list}. */
  public Result list(String... options) {
    return command("list", List.of(options));
  }

  /** {@code spec}. */
  public Result spec(String... options) {
    return command("spec", List.of(options));
  }

  /** {@code pause}. */
  public Result pause(String id) {
    return raw("pause", id);
  }

  /** {@code resume}. */
  public Result resume(String id) {
    return raw("resume", id);
  }

  /** {@code ps} with options of its own before the id. */
  public Result ps(String id, String... options) {
    return command("ps", List.of(options), id);
  }

  /** {@code update} with options. */
  public Result update(String id, String... options) {
    return command("update", List.of(options), id);
  }

  /** {@code update -r -} with this document on stdin. */
  public Result updateFrom(String id, String document) {
    Execution update = begin(List.of("update", "--resources=-", id), Launcher.Stdin.PIPE);
    update.type(document).closeStdin();
    return update.await();
  }

  /** {@code events} with options, not waiting. */
  public Execution beginEvents(String id, String... options) {
    return begin(words("events", List.of(options), id), Launcher.Stdin.NULL);
  }

  /** {@code features}, called without global options as containerd does. */
  public Result features() {
    return with(GlobalOptions.root(null)).raw("features");
  }

  /** {@code exec}, until it ends. */
  public Result exec(String id, ExecOptions options, String... arguments) {
    List<String> words = words("exec", options.arguments(), id);
    words.addAll(List.of(arguments));
    return begin(words, Launcher.Stdin.NULL).await();
  }

  /** Any arguments after the global options. */
  public Result raw(String... arguments) {
    return begin(List.of(arguments), Launcher.Stdin.NULL).await();
  }

  /** Any arguments after the global options, not waiting. */
  public Execution begin(List<String> arguments, Launcher.Stdin stdin) {
    return launcher.begin(commandLine(arguments), environment, stdin);
  }

  /** The whole command line for these arguments. */
  public List<String> commandLine(List<String> arguments) {
    List<String> line = new ArrayList<>(before);
    line.add(executable);
    line.addAll(globals.arguments());
    line.addAll(arguments);
    return line;
  }

  /** The same as a shell's line; whoever has words with blanks quotes them. */
  public String shellLine(String... arguments) {
    return String.join(" ", commandLine(List.of(arguments)));
  }

  /** Parses JSON; a syntax error or text after the value fails the test. */
  public static JsonNode json(String text) {
    try {
      return JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("not JSON: " + text, e);
    }
  }

  private Result command(String name, List<String> options, String... rest) {
    return begin(words(name, options, rest), Launcher.Stdin.NULL).await();
  }

  private static List<String> words(String name, List<String> options, String... rest) {
    List<String> words = new ArrayList<>();
    words.add(name);
    words.addAll(options);
    words.addAll(List.of(rest));
    return words;
  }
}
