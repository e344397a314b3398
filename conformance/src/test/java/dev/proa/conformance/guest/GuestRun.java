package dev.proa.conformance.guest;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes and writes surefire's reports of them. */
public final class GuestRun {
  private static final String PACKAGE = "dev.proa.conformance.";

  private GuestRun() {}

  /**
   * Runs the tests; exits with 1 where one fails.
   *
   * @param args the folder for the reports, then {@code CLASS}, {@code CLASS#METHOD} or {@code
   *     CLASS#BEGINNING*} of this module, without the package
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    List<DiscoverySelector> selectors = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      String[] parts = args[i].split("#", 2);
      Class<?> type = Class.forName(PACKAGE + parts[0]);
      if (parts.length == 1) {
        selectors.add(DiscoverySelectors.selectClass(type));
      } else {
        select(type, parts[1], selectors);
      }
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectors).build();
    Launcher launcher = LauncherFactory.create();
    XmlReports reports = new XmlReports(folder, System.out);
    launcher.execute(request, reports);
    System.exit(reports.failures() == 0 && reports.tests() > 0 ? 0 : 1);
  }

  /** All methods of that name, whatever their parameters. */
  private static void select(Class<?> type, String name, List<DiscoverySelector> selectors) {
    boolean beginning = name.endsWith("*");
    String start = beginning ? name.substring(0, name.length() - 1) : name;
    boolean found = false;
    for (Method method : type.getDeclaredMethods()) {
      String own = method.getName();
      if ((beginning ? own.startsWith(start) : own.equals(start)) && !method.isSynthetic()) {
        selectors.add(DiscoverySelectors.selectMethod(type, method));
        found = true;
      }
    }
    if (!found) {
      throw new IllegalArgumentException("no method " + type.getSimpleName() + "#" + name);
    }
  }
}
