package dev.proa.image;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** dev.proa.kernel.Environment, read where libc has it (see {@link Environ}). */
@TargetClass(className = "dev.proa.kernel.Environment")
final class EnvironmentInImage {
  private EnvironmentInImage() {}

  @Substitute
  static String get(String name) {
    byte[] value = Environ.value(name.getBytes(StandardCharsets.UTF_8));
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  @Substitute
  static Map<String, String> all() {
    byte[][] pairs = Environ.pairs();
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      all.putIfAbsent(
          new String(pairs[i], StandardCharsets.UTF_8),
          new String(pairs[i + 1], StandardCharsets.UTF_8));
    }
    return all;
  }
}
