package dev.proa.cgroup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import java.util.ArrayList;
import java.util.List;

/** The sizes of huge pages that the machine has. */
public final class HugePages {
  private HugePages() {}

  /** The sizes as hugetlb's files name them: {@code 2MB}, {@code 1GB}. */
  public static List<String> sizes(Kernel kernel) {
    List<String> sizes = new ArrayList<>();
    try {
      for (String name : new FileCalls(kernel).list(Fd.CWD, "/sys/kernel/mm/hugepages")) {
        if (name.startsWith("hugepages-") && name.endsWith("kB")) {
          sizes.add(size(Long.parseLong(name.substring(10, name.length() - 2))));
        }
      }
    } catch (KernelException e) {
      // A kernel without huge pages has none to count.
    }
    return sizes;
  }

  /** As mem_fmt() of mm/hugetlb_cgroup.c. */
  static String size(long kilobytes) {
    if (kilobytes >= 1 << 20) {
      return (kilobytes >> 20) + "GB";
    }
    return kilobytes >= 1 << 10 ? (kilobytes >> 10) + "MB" : kilobytes + "KB";
  }
}
