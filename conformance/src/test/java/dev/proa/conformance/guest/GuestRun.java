package dev.proa.conformance.guest;

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
   * @param args the folder for the reports, then {@code CLASS} or {@code CLASS#METHOD} of this
   *     module, without the package
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

  /** All methods of that name: a parameterized one is found by its parameters only. */
  private static void select(Class<?> type, String method, List<DiscoverySelector> selectors) {
    for (var each : type.getDeclaredMethods()) {
      if (each.getName().equals(method) && !each.isSynthetic()) {
        selectors.add(DiscoverySelectors.selectMethod(type, each));
      }
    }
  }
}
