import java.util.TreeSet;

/**
 * Prints the java options that open the JDK's internals to the image builder's modules, as the
 * native-image launcher of a GraalVM passes them. Run as a source file.
 */
final class Exports {
  private static final String BUILDER =
      String.join(
          ",",
          "jdk.graal.compiler",
          "org.graalvm.nativeimage",
          "org.graalvm.nativeimage.base",
          "org.graalvm.nativeimage.builder",
          "org.graalvm.nativeimage.configure",
          "org.graalvm.nativeimage.libgraal",
          "org.graalvm.nativeimage.objectfile",
          "org.graalvm.nativeimage.pointsto",
          "org.graalvm.espresso.shared.svm",
          "org.graalvm.truffle.compiler");

  public static void main(String[] args) {
    for (Module module : ModuleLayer.boot().modules()) {
      String name = module.getName();
      if (name.startsWith("jdk.graal")) {
        continue;
      }
      boolean open =
          name.equals("java.base") || name.contains("vm.ci") || name.contains("management");
      for (String exported : new TreeSet<>(module.getPackages())) {
        System.out.println("--add-exports=" + name + "/" + exported + "=" + BUILDER);
        if (open) {
          System.out.println("--add-opens=" + name + "/" + exported + "=" + BUILDER);
        }
      }
    }
  }
}
