package dev.proa.cli;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.spec.SpecVersion;
import java.nio.charset.StandardCharsets;

/**
 * What {@code --version} prints, in the form that callers parse: go-runc wants a first line {@code
 * runc version X}, Docker splits the line that contains "version" and reads the one that starts
 * with {@code commit:}. So the first word is the name that proa was called by.
 */
final class Version {
  /** The release; in step with pom.xml. */
  static final String NUMBER = "0.1.0";

  /** The newest runtime-spec that proa knows. */
  static final String SPEC = SpecVersion.CURRENT;

  /** The source's commit; the native build sets it. */
  static final String COMMIT = System.getProperty("proa.commit", "unknown");

  private Version() {}

  static String text(String name) {
    return name + " version " + NUMBER + "\ncommit: " + COMMIT + "\nspec: " + SPEC + "\n";
  }

  /** {@code runc} or {@code crun} where a link of that name was called, else {@code proa}. */
  static String calledAs(FileCalls files) {
    byte[] line = files.readFile(Fd.CWD, "/proc/self/cmdline");
    int end = 0;
    int start = 0;
    while (end < line.length && line[end] != 0) {
      if (line[end] == '/') {
        start = end + 1;
      }
      end++;
    }
    String name = new String(line, start, end - start, StandardCharsets.UTF_8);
    return name.equals("runc") || name.equals("crun") ? name : "proa";
  }
}
