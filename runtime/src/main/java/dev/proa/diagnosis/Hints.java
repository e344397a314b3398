package dev.proa.diagnosis;

import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.spec.Hook;
import dev.proa.spec.Hooks;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.Linux;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why an operation has failed and what to do: the lines after its error. They are made from the
 * error's text, which names a section of the config, and from what {@link BundleCheck} finds there.
 *
 * <p>Engines choose what to do by words in the error (Docker and podman their exit codes 126 and
 * 127, containerd whether a container is gone). No hint has such a word that its error has not.
 */
public final class Hints {
  private static final List<String> ENGINES_READ =
      List.of(
          "permission denied",
          "operation not permitted",
          "executable file not found",
          "no such file or directory",
          "system cannot find the file",
          "open executable",
          "is a directory",
          "not a directory",
          "does not exist",
          "no such process",
          "process already finished",
          "container not running",
          "invalid process",
          "/attr/");

  private static final Pattern SECTION =
      Pattern.compile(
          "((?:root|process|mounts|linux|hooks)[A-Za-z0-9_.\\[\\]]*): .*", Pattern.DOTALL);
  private static final Pattern HOOK =
      Pattern.compile("error running (\\w+) hook #(\\d+): (.*)", Pattern.DOTALL);
  private static final int MOST = 3;

  private final Kernel kernel;
  private final String message;
  private final List<String> lines = new ArrayList<>();

  /** For the error with that text. */
  public Hints(Kernel kernel, String message) {
    this.kernel = kernel;
    this.message = message;
  }

  /** Adds a line, unless an engine could take it for the error. */
  public void add(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    String error = message.toLowerCase(Locale.ROOT);
    for (String word : ENGINES_READ) {
      if (lower.contains(word) && !error.contains(word)) {
        return;
      }
    }
    if (!lines.contains(line)) {
      lines.add(line);
    }
  }

  /** The lines so far. */
  public List<String> lines() {
    return lines;
  }

  /** Explains the failure of a container that was to be made, or started, from a bundle. */
  public void ofBundle(Spec spec, String bundle) {
    pick(BundleCheck.findings(kernel, spec, bundle));
    hook(spec.hooks());
    killed(spec.linux());
    refused();
  }

  /**
   * Explains the failure of a further process.
   *
   * @param spec the container's config with that process
   * @param init pid of the container's first process
   */
  public void ofProcess(Spec spec, int init) {
    pick(BundleCheck.ofProcess(kernel, spec, init));
    killed(spec.linux());
    refused();
  }

  /** Takes the findings of the section that the error names; all errors where it names none. */
  private void pick(List<Finding> findings) {
    String section = section();
    int picked = 0;
    for (Finding finding : findings) {
      boolean meant = section == null ? finding.isError() : concerns(finding.pointer(), section);
      if (meant && picked < MOST) {
        add(
            finding.message().startsWith("is ")
                ? section + " " + finding.message()
                : finding.message());
        if (finding.help() != null) {
          add(finding.help());
        }
        picked++;
      }
    }
  }

  private static boolean concerns(String pointer, String section) {
    if (section.equals("/process/args")) {
      return pointer.startsWith(section)
          || pointer.equals("/root/path")
          || pointer.equals("/linux/seccomp");
    }
    return pointer.equals(section)
        || pointer.startsWith(section + "/")
        || section.startsWith(pointer + "/");
  }

  /** The pointer of the section that the error begins with, or null. */
  private String section() {
    Matcher hook = HOOK.matcher(message);
    if (hook.find()) {
      return "/hooks/" + hook.group(1) + "/" + hook.group(2);
    }
    if (message.startsWith("exec")) { // exec: "NAME": …, and exec PATH: …
      return "/process/args";
    }
    Matcher section = SECTION.matcher(message);
    if (!section.matches()) {
      return null;
    }
    return "/" + section.group(1).replace("]", "").replace('[', '/').replace('.', '/');
  }

  /** Which program the hook is, how it ended and what it said last. */
  private void hook(Hooks hooks) {
    Matcher failed = HOOK.matcher(message);
    if (hooks == null || !failed.find()) {
      return;
    }
    List<Hook> list =
        switch (failed.group(1)) {
          case "prestart" -> hooks.prestart();
          case "createRuntime" -> hooks.createRuntime();
          case "createContainer" -> hooks.createContainer();
          case "startContainer" -> hooks.startContainer();
          case "poststart" -> hooks.poststart();
          default -> hooks.poststop();
        };
    int index = Integer.parseInt(failed.group(2));
    if (index >= list.size()) {
      return;
    }
    String end = failed.group(3);
    int comma = end.indexOf(", stdout: ");
    String how = comma < 0 ? end : end.substring(0, comma);
    add("the hook is " + list.get(index).path() + ", and it ended so: " + how);
    if (comma >= 0) {
      int stderr = end.indexOf(", stderr: ", comma);
      String said = stderr < 0 ? "" : end.substring(stderr + 10).strip();
      if (said.isEmpty()) {
        said = end.substring(comma + 10, stderr < 0 ? end.length() : stderr).strip();
      }
      List<String> words = said.lines().toList();
      add(
          words.isEmpty()
              ? "it has printed nothing; it gets the container's state on its stdin"
              : "its last words: " + words.getLast());
    }
  }

  /** Killed before it could execute anything: by the kernel for want of memory, as a rule. */
  private void killed(Linux linux) {
    if (!message.contains("ended unexpectedly: signal: killed")
        && !message.startsWith("init has ended")) {
      return;
    }
    Long limit =
        linux == null || linux.resources() == null || linux.resources().memory() == null
            ? null
            : linux.resources().memory().limit();
    boolean told = KernelLog.last(kernel, "Memory cgroup out of memory", "oom-kill:") != null;
    if (told || (limit != null && limit >= 0)) {
      add(
          (told ? "the kernel killed it" : "the kernel may have killed it")
              + " for want of memory"
              + (limit == null ? "" : ": linux.resources.memory.limit is " + limit + " bytes"));
      add("raise linux.resources.memory.limit");
    }
  }

  /** EACCES and EPERM: who said no, as far as it can be told. */
  private void refused() {
    boolean denied =
        message.endsWith("permission denied") || message.endsWith("operation not permitted");
    if (!denied) {
      return;
    }
    String line = KernelLog.last(kernel, "apparmor=\"DENIED\"", "avc:  denied");
    if (line != null) {
      add("a security module says no: " + line);
    } else if (lines.isEmpty()) {
      confined();
    }
    int user = CredentialCalls.geteuid(kernel);
    if (user != 0 && message.contains("cgroup")) {
      add("user " + user + " may not make cgroups there: no cgroup is delegated to it");
      add("systemd-run --user --scope -p Delegate=yes proa …, or --cgroup-manager disabled");
    } else if (user != 0 && message.contains("uid_map")) {
      add("user " + user + " may map only itself, or ranges that /etc/subuid gives it");
      add("proa spec --rootless writes a config that works");
    } else if (user != 0 && lines.isEmpty()) {
      add("proa runs as user " + user + "; `proa doctor` shows what it may");
    }
  }

  /** The profile of this process, where nothing is known of what it has refused. */
  private void confined() {
    String profile;
    try {
      profile = new FileCalls(kernel).readText("/proc/self/attr/current").strip();
    } catch (KernelException e) {
      return; // no security module has such a thing
    }
    if (profile.endsWith("(enforce)")) { // so AppArmor writes it: apparmor(7)
      add("the AppArmor profile " + profile + " confines proa and what it starts");
      add("journalctl -k --grep=apparmor shows what it refuses");
    }
  }
}
