package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.LandlockCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the process may do with files and TCP ports, whoever it is: landlock(7), by the annotation
 * {@value #ANNOTATION}, because the specification has no word for it yet.
 *
 * <p>Its value are rules with semicolons between: {@code ro:/etc,/lib;exec:/bin;rw:/data}. A path's
 * rule holds for all that is below it. {@code ro} reads, {@code rw} reads and changes, {@code exec}
 * reads and executes; without any of them files are left alone, with one all else is denied. {@code
 * net.bind:8080} and {@code net.connect:443,53} do the same for TCP ports, each for itself; without
 * a port they deny all. What is open already stays open, and a process with rules for files cannot
 * change mounts.
 */
public final class Landlock {
  /** The annotation's name. */
  public static final String ANNOTATION = "dev.proa.landlock";

  /** The version that has ports, Linux 6.7. */
  private static final int PORTS_ABI = 4;

  private static final int LAST_PORT = 65535;
  private static final long READ = LandlockCalls.READ_FILE | LandlockCalls.READ_DIR;

  /** The rights that a rule for something else than a folder may have. */
  private static final long FILE =
      LandlockCalls.EXECUTE
          | LandlockCalls.WRITE_FILE
          | LandlockCalls.READ_FILE
          | LandlockCalls.TRUNCATE
          | LandlockCalls.IOCTL_DEV;

  private final List<PathRule> paths = new ArrayList<>();
  private final List<PortRule> ports = new ArrayList<>();
  private boolean handlesFiles;
  private long handledPorts;
  private Fd ruleset;

  private record PathRule(String path, long rights) {}

  private record PortRule(int port, long right) {}

  private Landlock(String rules) {
    for (String rule : rules.split(";")) {
      if (!rule.isBlank()) {
        read(rule.strip());
      }
    }
    if (!handlesFiles && handledPorts == 0) {
      throw new SetupException("has no rule");
    }
  }

  /**
   * Reads the annotation; asks and touches nothing.
   *
   * @return null where there is none
   * @throws SetupException if it cannot be understood
   */
  public static Landlock plan(Map<String, String> annotations) {
    String rules = annotations.get(ANNOTATION);
    return rules == null ? null : new Landlock(rules);
  }

  private void read(String rule) {
    int colon = rule.indexOf(':');
    String word = colon < 0 ? rule : rule.substring(0, colon);
    String list = colon < 0 ? "" : rule.substring(colon + 1);
    switch (word) {
      case "ro" -> paths(rule, list, READ);
      case "rw" -> paths(rule, list, ~LandlockCalls.EXECUTE);
      case "exec" -> paths(rule, list, READ | LandlockCalls.EXECUTE);
      case "net.bind" -> ports(rule, list, LandlockCalls.BIND_TCP);
      case "net.connect" -> ports(rule, list, LandlockCalls.CONNECT_TCP);
      default ->
          throw new SetupException(
              "\"" + word + "\" is no rule: must be ro, rw, exec, net.bind or net.connect");
    }
  }

  private void paths(String rule, String list, long rights) {
    handlesFiles = true;
    for (String path : list.split(",", -1)) {
      if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
        throw new SetupException("\"" + rule + "\": \"" + path + "\" is no absolute path");
      }
      paths.add(new PathRule(path, rights));
    }
  }

  private void ports(String rule, String list, long right) {
    handledPorts |= right;
    for (String text : list.isEmpty() ? new String[0] : list.split(",", -1)) {
      int port;
      try {
        port = Integer.parseInt(text);
      } catch (NumberFormatException e) {
        port = -1;
      }
      if (port < 0 || port > LAST_PORT) {
        throw new SetupException("\"" + rule + "\": \"" + text + "\" is no port, 0 to 65535");
      }
      ports.add(new PortRule(port, right));
    }
  }

  /**
   * Asks the kernel whether it can do that: rules that do not hold would be worse than none.
   *
   * @throws SetupException if not
   */
  public void check(Kernel kernel) {
    int abi = new LandlockCalls(kernel).abi();
    if (abi == 0) {
      throw new SetupException("this kernel has no Landlock, or was started without (lsm=)");
    }
    if (handledPorts != 0 && abi < PORTS_ABI) {
      throw new SetupException("this kernel's Landlock has no rules for ports (Linux 6.7)");
    }
  }

  /** Makes the rules, with the privileges that finding their paths may need. */
  Step prepare() {
    return new Prepare();
  }

  /** Takes them on. Without no_new_privs this needs CAP_SYS_ADMIN. */
  Step restrict() {
    return new Restrict();
  }

  private abstract static class Section implements Step {
    @Override
    public String section() {
      return "annotations[\"" + ANNOTATION + "\"]";
    }
  }

  private final class Prepare extends Section {
    @Override
    public void apply(Inside inside) {
      LandlockCalls landlock = new LandlockCalls(inside.kernel());
      int abi = landlock.abi();
      long files = handlesFiles ? LandlockCalls.files(abi) : 0;
      ruleset = landlock.createRuleset(files, handledPorts);
      FileCalls calls = new FileCalls(inside.kernel());
      for (int i = 0; i < paths.size(); i++) {
        PathRule rule = paths.get(i);
        try (Fd path = inside.rootfs().open(rule.path, FileCalls.O_PATH)) {
          long possible = calls.stat(path).isDirectory() ? files : files & FILE;
          landlock.allowBeneath(ruleset, path, rule.rights & possible);
        }
      }
      for (int i = 0; i < ports.size(); i++) {
        landlock.allowPort(ruleset, ports.get(i).port, ports.get(i).right);
      }
    }
  }

  private final class Restrict extends Section {
    @Override
    public void apply(Inside inside) {
      inside.kernel().must(LandlockCalls.restrictSelf(ruleset));
      ruleset.close();
    }
  }
}
