package dev.proa.kernel;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * bpf(2), as far as device rules of cgroup2 need it: programs, and what is attached to a cgroup.
 */
public final class BpfCalls {
  public static final int BPF_PROG_LOAD = 5;
  public static final int BPF_PROG_ATTACH = 8;
  public static final int BPF_PROG_DETACH = 9;
  public static final int BPF_PROG_GET_FD_BY_ID = 13;
  public static final int BPF_PROG_QUERY = 16;

  public static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
  public static final int BPF_CGROUP_DEVICE = 6;

  /** More than one program may be attached to a cgroup (Linux 4.15). */
  public static final int BPF_F_ALLOW_MULTI = 2;

  /** The program takes the place of another in one step (Linux 5.5). */
  public static final int BPF_F_REPLACE = 4;

  private static final FlagNames ATTACH_FLAGS =
      new FlagNames("0")
          .with(BPF_F_ALLOW_MULTI, "BPF_F_ALLOW_MULTI")
          .with(BPF_F_REPLACE, "BPF_F_REPLACE");

  // union bpf_attr as far as Linux 6.x reads it for these commands. A query writes back as far as
  // query.revision (offset 56, Linux 6.17), so that it may not be shorter.
  private static final int LOAD_SIZE = 72;
  private static final int ATTACH_SIZE = 24;
  private static final int QUERY_SIZE = 64;
  private static final int MOST_PROGRAMS = 64;
  private static final int INSTRUCTION = 8;

  private final Kernel kernel;

  /** Over that kernel. */
  public BpfCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * BPF_PROG_LOAD.
   *
   * @param instructions the program, 8 bytes for each instruction
   * @throws KernelException EACCES or EINVAL where the verifier refuses it, EPERM without CAP_BPF
   *     and CAP_NET_ADMIN, or CAP_SYS_ADMIN
   */
  public Fd load(int type, byte[] instructions, String license) {
    byte[] attr = new byte[LOAD_SIZE];
    Bytes.putInt(attr, 0, type);
    Bytes.putInt(attr, 4, instructions.length / INSTRUCTION);
    byte[] text = (license + "\0").getBytes(StandardCharsets.US_ASCII);
    Arg memory =
        new Arg.Memory(
            attr,
            false,
            List.of(
                new Arg.Reference(8, Arg.bytes(instructions)),
                new Arg.Reference(16, Arg.bytes(text))),
            Arg.Printer.of(
                "{prog_type="
                    + type
                    + ", insn_cnt="
                    + instructions.length / INSTRUCTION
                    + ", license=\""
                    + license
                    + "\"}"));
    int fd = (int) kernel.must(bpf(BPF_PROG_LOAD, "BPF_PROG_LOAD", memory, LOAD_SIZE));
    return new Fd(kernel, fd, "bpf-prog");
  }

  /**
   * BPF_PROG_ATTACH to a cgroup.
   *
   * @param replaced the program whose place it takes with BPF_F_REPLACE, else null
   */
  public void attach(Fd cgroup, Fd program, int attachType, int flags, Fd replaced) {
    byte[] attr = attachAttr(cgroup, program, attachType);
    Bytes.putInt(attr, 12, flags);
    Bytes.putInt(attr, 16, replaced == null ? 0 : replaced.number());
    String text =
        attachText(cgroup, program, attachType)
            + ", attach_flags="
            + ATTACH_FLAGS.describe(flags)
            + (replaced == null ? "}" : ", replace_bpf_fd=" + replaced + "}");
    kernel.must(bpf(BPF_PROG_ATTACH, "BPF_PROG_ATTACH", Arg.struct(attr, text), ATTACH_SIZE));
  }

  /** BPF_PROG_DETACH from a cgroup. */
  public void detach(Fd cgroup, Fd program, int attachType) {
    byte[] attr = attachAttr(cgroup, program, attachType);
    String text = attachText(cgroup, program, attachType) + "}";
    kernel.must(bpf(BPF_PROG_DETACH, "BPF_PROG_DETACH", Arg.struct(attr, text), ATTACH_SIZE));
  }

  private static byte[] attachAttr(Fd cgroup, Fd program, int attachType) {
    byte[] attr = new byte[ATTACH_SIZE];
    Bytes.putInt(attr, 0, cgroup.number());
    Bytes.putInt(attr, 4, program.number());
    Bytes.putInt(attr, 8, attachType);
    return attr;
  }

  private static String attachText(Fd cgroup, Fd program, int attachType) {
    return "{target_fd=" + cgroup + ", attach_bpf_fd=" + program + ", attach_type=" + attachType;
  }

  /** BPF_PROG_QUERY: the ids of the programs attached to that cgroup itself. */
  public int[] query(Fd cgroup, int attachType) {
    byte[] attr = new byte[QUERY_SIZE];
    Bytes.putInt(attr, 0, cgroup.number());
    Bytes.putInt(attr, 4, attachType);
    Bytes.putInt(attr, 24, MOST_PROGRAMS);
    byte[] ids = new byte[4 * MOST_PROGRAMS];
    Arg memory =
        new Arg.Memory(
            attr,
            true,
            List.of(new Arg.Reference(16, Arg.out(ids))),
            Arg.Printer.of("{target_fd=" + cgroup + ", attach_type=" + attachType + "}"));
    kernel.must(bpf(BPF_PROG_QUERY, "BPF_PROG_QUERY", memory, QUERY_SIZE));
    int[] found = new int[Bytes.getInt(attr, 24)];
    for (int i = 0; i < found.length; i++) {
      found[i] = Bytes.getInt(ids, 4 * i);
    }
    return found;
  }

  /** BPF_PROG_GET_FD_BY_ID. */
  public Fd open(int id) {
    byte[] attr = new byte[12];
    Bytes.putInt(attr, 0, id);
    Arg memory = Arg.struct(attr, "{prog_id=" + id + "}");
    int fd =
        (int) kernel.must(bpf(BPF_PROG_GET_FD_BY_ID, "BPF_PROG_GET_FD_BY_ID", memory, attr.length));
    return new Fd(kernel, fd, "bpf-prog:" + id);
  }

  private static Call bpf(int command, String name, Arg attr, int size) {
    return Call.of(Sysno.BPF, Arg.named(command, name), attr, Arg.of(size));
  }
}
