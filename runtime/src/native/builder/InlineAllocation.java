import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;

/**
 * Changes one answer of the image builder's: with -Os it makes every allocation a call of its slow
 * path, which for an array asks the collector first; a start allocates seven thousand times. Run as
 * a source file with the builder's jars and the folder for the changed class.
 */
final class InlineAllocation {
  private static final String CLASS =
      "com/oracle/svm/core/graal/snippets/SubstrateAllocationSnippets$Templates.class";
  private static final String METHOD = "shouldForceSlowPath";

  public static void main(String[] args) throws IOException {
    for (String jar : args[0].split(":")) {
      try (JarFile file = new JarFile(jar)) {
        if (file.getEntry(CLASS) != null) {
          Path changed = Path.of(args[1], CLASS);
          Files.createDirectories(changed.getParent());
          Files.write(changed, changed(file.getInputStream(file.getEntry(CLASS)).readAllBytes()));
          return;
        }
      }
    }
    throw new IllegalStateException("no " + CLASS + " in " + args[0]);
  }

  private static byte[] changed(byte[] original) {
    ClassFile format = ClassFile.of();
    var model = format.parse(original);
    if (model.methods().stream().noneMatch(m -> m.methodName().equalsString(METHOD))) {
      throw new IllegalStateException("no " + METHOD + " in " + CLASS);
    }
    return format.transformClass(
        model,
        ClassTransform.transformingMethods(
            method -> method.methodName().equalsString(METHOD),
            (method, element) -> {
              if (element instanceof CodeModel) {
                method.withCode(code -> code.iconst_0().ireturn());
              } else {
                method.with(element);
              }
            }));
  }
}
