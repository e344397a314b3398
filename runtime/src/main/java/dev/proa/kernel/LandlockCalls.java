package dev.proa.kernel;

/**
 * Landlock: rules that a process takes on for itself and its children, landlock(7). The numbers are
 * those of linux/landlock.h.
 */
public final class LandlockCalls {
  public static final long EXECUTE = 1;
  public static final long WRITE_FILE = 1 << 1;
  public static final long READ_FILE = 1 << 2;
  public static final long READ_DIR = 1 << 3;
  public static final long TRUNCATE = 1 << 14;
  public static final long IOCTL_DEV = 1 << 15;
  public static final long BIND_TCP = 1;
  public static final long CONNECT_TCP = 1 << 1;

  /** The rights of the first version (Linux 5.13): bits 0 to 12. */
  private static final long FILES_V1 = (1L << 13) - 1;

  /** Linking and renaming between folders, LANDLOCK_ACCESS_FS_REFER. */
  private static final long REFER = 1 << 13;

  private static final Arg VERSION = Arg.named(1, "LANDLOCK_CREATE_RULESET_VERSION");
  private static final Arg PATH_BENEATH = Arg.named(1, "LANDLOCK_RULE_PATH_BENEATH");
  private static final Arg NET_PORT = Arg.named(2, "LANDLOCK_RULE_NET_PORT");

  private final Kernel kernel;

  /** Over that kernel. */
  public LandlockCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * The version of its interface that the kernel has.
   *
   * @return 0 where it was built without (ENOSYS) or started without (EOPNOTSUPP)
   */
  public int abi() {
    long version =
        kernel.call(Call.of(Sysno.LANDLOCK_CREATE_RULESET, Arg.NULL, Arg.of(0), VERSION));
    return version < 0 ? 0 : (int) version;
  }

  /** All rights on files that a version knows. */
  public static long files(int abi) {
    // REFER: 2, Linux 5.19; TRUNCATE: 3, Linux 6.2; IOCTL_DEV: 5, Linux 6.10.
    return FILES_V1
        | (abi >= 2 ? REFER : 0)
        | (abi >= 3 ? TRUNCATE : 0)
        | (abi >= 5 ? IOCTL_DEV : 0);
  }

  /** All rights on TCP ports that a version knows: since 4, Linux 6.7. */
  public static long ports(int abi) {
    return abi >= 4 ? BIND_TCP | CONNECT_TCP : 0;
  }

  /**
   * landlock_create_ruleset(2): what is handled is denied but for the rules.
   *
   * @param ports 0 leaves ports alone, and the structure in its first size
   */
  public Fd createRuleset(long files, long ports) {
    byte[] attributes = new byte[ports == 0 ? 8 : 16];
    Bytes.putLong(attributes, 0, files);
    if (ports != 0) {
      Bytes.putLong(attributes, 8, ports);
    }
    String text = "{handled_access_fs=" + hex(files);
    Arg struct =
        Arg.struct(
            attributes, text + (ports == 0 ? "}" : ", handled_access_net=" + hex(ports) + "}"));
    Call call =
        Call.of(Sysno.LANDLOCK_CREATE_RULESET, struct, Arg.of(attributes.length), Arg.of(0));
    return new Fd(kernel, (int) kernel.must(call), "landlock ruleset");
  }

  /** landlock_add_rule(2): allows these rights on a file, or on all that is below a folder. */
  public void allowBeneath(Fd ruleset, Fd path, long rights) {
    byte[] rule = new byte[12]; // packed: __u64 allowed_access, __s32 parent_fd
    Bytes.putLong(rule, 0, rights);
    Bytes.putInt(rule, 8, path.number());
    Arg struct =
        Arg.struct(rule, "{allowed_access=" + hex(rights) + ", parent_fd=" + path.number() + "}");
    kernel.must(Call.of(Sysno.LANDLOCK_ADD_RULE, ruleset.arg(), PATH_BENEATH, struct, Arg.of(0)));
  }

  /** landlock_add_rule(2): allows these rights on a TCP port. */
  public void allowPort(Fd ruleset, int port, long rights) {
    byte[] rule = new byte[16];
    Bytes.putLong(rule, 0, rights);
    Bytes.putLong(rule, 8, port);
    Arg struct = Arg.struct(rule, "{allowed_access=" + hex(rights) + ", port=" + port + "}");
    kernel.must(Call.of(Sysno.LANDLOCK_ADD_RULE, ruleset.arg(), NET_PORT, struct, Arg.of(0)));
  }

  /** landlock_restrict_self(2): for good. Needs no_new_privs or CAP_SYS_ADMIN (EPERM). */
  public static Call restrictSelf(Fd ruleset) {
    return Call.of(Sysno.LANDLOCK_RESTRICT_SELF, ruleset.arg(), Arg.of(0));
  }

  private static String hex(long rights) {
    return "0x" + Long.toHexString(rights);
  }
}
