import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.jar.JarFile;

/**
 * Changes some methods of the image builder's, for which it has no option. Run as a source file, with
 * the builder's jars and the folder for the changed classes.
 */
final class Changes {
  public static void main(String[] args) throws IOException {
    // With -Os every allocation is a call of the slow path, which for an array asks the collector
    // first; a start allocates seven thousand times.
    change(
        args,
        "com/oracle/svm/core/graal/snippets/SubstrateAllocationSnippets$Templates",
        "shouldForceSlowPath",
        (method, element) -> {
          if (element instanceof CodeModel) {
            method.withCode(code -> code.iconst_0().ireturn());
          } else {
            method.with(element);
          }
        });
    // The order of the compiled methods, with those first that a start enters: HotMethods.
    ClassDesc list = ConstantDescs.CD_List;
    ClassDesc methods = ClassDesc.of("com.oracle.svm.hosted.image.HotMethods");
    change(
        args,
        "com/oracle/svm/hosted/image/NativeImageCodeCache",
        "computeCompilationOrder",
        beforeReturn(code -> code.invokestatic(methods, "first", MethodTypeDesc.of(list, list))));
    // The order of the image heap's objects, likewise: HotObjects.
    ClassDesc objects = ClassDesc.of("com.oracle.svm.core.genscavenge.HotObjects");
    ClassDesc map = ClassDesc.of("java.util.NavigableMap");
    ClassDesc partition = ClassDesc.of("com.oracle.svm.core.genscavenge.ChunkedImageHeapPartition");
    change(
        args,
        "com/oracle/svm/core/genscavenge/ChunkedImageHeapPartition",
        "createSortedObjectsMap",
        beforeReturn(
            code ->
                code.aload(0)
                    .getfield(partition, "objects", list)
                    .invokestatic(objects, "first", MethodTypeDesc.of(map, map, list))));
    ClassDesc layouter = ClassDesc.of("com.oracle.svm.core.genscavenge.ChunkedImageHeapLayouter");
    MethodTypeDesc write = MethodTypeDesc.of(ConstantDescs.CD_void, layouter);
    change(
        args,
        "com/oracle/svm/core/genscavenge/ChunkedImageHeapLayouter",
        "layout",
        beforeReturn(code -> code.aload(0).invokestatic(objects, "write", write)));
  }

  /** Adds code before each return of a method; what is to be returned lies on the stack. */
  private static MethodTransform beforeReturn(Consumer<CodeBuilder> added) {
    return MethodTransform.transformingCode(
        (code, element) -> {
          if (element instanceof ReturnInstruction) {
            added.accept(code);
          }
          code.with(element);
        });
  }

  private static void change(String[] args, String type, String name, MethodTransform change)
      throws IOException {
    String entry = type + ".class";
    for (String jar : args[0].split(":")) {
      try (JarFile file = new JarFile(jar)) {
        if (file.getEntry(entry) == null) {
          continue;
        }
        ClassFile format = ClassFile.of();
        var model = format.parse(file.getInputStream(file.getEntry(entry)).readAllBytes());
        if (model.methods().stream().noneMatch(m -> m.methodName().equalsString(name))) {
          throw new IllegalStateException("no " + name + " in " + type + " of " + jar);
        }
        Path changed = Path.of(args[1], entry);
        Files.createDirectories(changed.getParent());
        Files.write(
            changed,
            format.transformClass(
                model,
                ClassTransform.transformingMethods(
                    method -> method.methodName().equalsString(name), change)));
        return;
      }
    }
    throw new IllegalStateException("no " + type + " in " + args[0]);
  }
}
