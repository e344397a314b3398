package dev.proa.kernel;

/** The text of {@code /proc/PID/mountinfo}: proc_pid_mountinfo(5). */
public final class MountInfo {
  private MountInfo() {}

  /** Undoes the octal escapes of space, tab, newline and backslash in a field. */
  public static String unescape(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\' && isOctal(field, i + 1)) {
        plain.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        plain.append(field.charAt(i));
      }
    }
    return plain.toString();
  }

  private static boolean isOctal(String field, int from) {
    if (from + 3 > field.length()) {
      return false;
    }
    for (int i = from; i < from + 3; i++) {
      if (field.charAt(i) < '0' || field.charAt(i) > '7') {
        return false;
      }
    }
    return true;
  }

  /** Where the first file system of that type is mounted, or null. */
  public static String pointOf(String mountinfo, String type) {
    // Hosts with thousands of mounts exist: only the line of this type is taken apart.
    String mark = " - " + type + " ";
    int at = mountinfo.indexOf(mark);
    if (at < 0) {
      return null;
    }
    String[] fields = mountinfo.substring(mountinfo.lastIndexOf('\n', at) + 1, at).split(" ");
    return fields.length < 5 ? null : unescape(fields[4]);
  }
}
