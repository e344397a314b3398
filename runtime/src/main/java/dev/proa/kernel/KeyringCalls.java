package dev.proa.kernel;

import java.nio.charset.StandardCharsets;

/** Kernel keyrings: keyctl(2). */
public final class KeyringCalls {
  private static final int KEYCTL_JOIN_SESSION_KEYRING = 1;
  private static final int KEYCTL_SETPERM = 5;
  private static final int KEYCTL_DESCRIBE = 6;

  private KeyringCalls() {}

  /** KEYCTL_JOIN_SESSION_KEYRING: answers the keyring's serial number. */
  public static Call joinSession(String name) {
    return Call.of(
        Sysno.KEYCTL,
        Arg.named(KEYCTL_JOIN_SESSION_KEYRING, "KEYCTL_JOIN_SESSION_KEYRING"),
        Arg.text(name));
  }

  /** The permission mask of a key: KEYCTL_DESCRIBE's {@code type;uid;gid;perm;description}. */
  public static long permissions(Kernel kernel, long key) {
    byte[] buffer = new byte[1024];
    Call call =
        Call.of(
            Sysno.KEYCTL,
            Arg.named(KEYCTL_DESCRIBE, "KEYCTL_DESCRIBE"),
            Arg.of(key),
            Arg.out(buffer),
            Arg.of(buffer.length));
    int length = (int) Math.min(kernel.must(call), buffer.length);
    String text = new String(buffer, 0, Math.max(0, length - 1), StandardCharsets.UTF_8);
    int at = 0;
    for (int i = 0; i < 3; i++) {
      at = text.indexOf(';', at) + 1;
    }
    int end = text.indexOf(';', at);
    return end < 0 ? 0 : Long.parseLong(text, at, end, 16);
  }

  /** KEYCTL_SETPERM. */
  public static Call setPermissions(long key, long permissions) {
    return Call.of(
        Sysno.KEYCTL,
        Arg.named(KEYCTL_SETPERM, "KEYCTL_SETPERM"),
        Arg.of(key),
        Arg.named(permissions, "0x" + Long.toHexString(permissions)));
  }
}
