package dev.proa.cgroup;

import dev.proa.spec.linux.resources.DeviceRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a devices cgroup permits: everything or nothing, and the exceptions from it. It is the model
 * of version 1, which the rules of version 2 follow too so that both mean the same
 * (config-linux.md, Device allowlist).
 */
public final class DeviceList {
  /** Any major or minor number. */
  public static final long ANY = -1;

  /** Access bits, as in {@code BPF_DEVCG_ACC_*} of linux/bpf.h. */
  public static final int MKNOD = 1;

  public static final int READ = 2;
  public static final int WRITE = 4;

  /**
   * Which devices an exception is for.
   *
   * @param block whether they are block devices, else character devices
   */
  public record Devices(boolean block, long major, long minor) {
    // A record's own equals and hashCode are put together from method handles at their first call,
    // which takes the native executable more than a millisecond.
    @Override
    public boolean equals(Object other) {
      return other instanceof Devices devices
          && block == devices.block
          && major == devices.major
          && minor == devices.minor;
    }

    @Override
    public int hashCode() {
      return (Boolean.hashCode(block) * 31 + Long.hashCode(major)) * 31 + Long.hashCode(minor);
    }

    @Override
    public String toString() {
      return (block ? "b " : "c ") + text(major) + ":" + text(minor);
    }

    private static String text(long number) {
      return number == ANY ? "*" : Long.toString(number);
    }
  }

  private boolean permissive;
  private final Map<Devices, Integer> exceptions = new LinkedHashMap<>();

  /** Permits nothing. */
  public DeviceList() {}

  /**
   * What these rules permit, from a start of nothing; the later rule counts.
   *
   * @param section the config path of the list, for errors
   * @throws CgroupException if version 1 could not express it: an exception from a wildcard
   */
  public static DeviceList of(List<DeviceRule> rules, String section) {
    DeviceList list = new DeviceList();
    for (int i = 0; i < rules.size(); i++) {
      DeviceRule rule = rules.get(i);
      String type = rule.type() == null ? "a" : rule.type();
      if (type.equals("a")) {
        list.reset(rule.allow());
        continue;
      }
      Devices devices =
          new Devices(
              type.equals("b"),
              rule.major() == null ? ANY : rule.major(),
              rule.minor() == null ? ANY : rule.minor());
      int access = access(rule.access() == null || rule.access().isEmpty() ? "rwm" : rule.access());
      list.apply(rule.allow(), devices, access, section + "[" + i + "]");
    }
    return list;
  }

  /**
   * What a {@code devices.list} file says. A list that permits everything does not tell its
   * exceptions.
   */
  public static DeviceList parse(String text) {
    DeviceList list = new DeviceList();
    for (String line : StatText.lines(text)) {
      String[] fields = line.replace(':', ' ').split(" ");
      if (fields[0].equals("a")) {
        list.reset(true);
      } else if (fields.length == 4) {
        Devices devices = new Devices(fields[0].equals("b"), number(fields[1]), number(fields[2]));
        list.add(devices, access(fields[3]));
      }
    }
    return list;
  }

  private static long number(String text) {
    return text.equals("*") ? ANY : Long.parseLong(text);
  }

  private void add(Devices devices, int access) {
    exceptions.put(devices, exceptions.getOrDefault(devices, 0) | access);
  }

  private void reset(boolean allow) {
    permissive = allow;
    exceptions.clear();
  }

  private void apply(boolean allow, Devices devices, int access, String section) {
    if (allow != permissive) {
      add(devices, access);
      return;
    }
    // The kernel passes over the removal of a part of a wildcard exception without a word, which
    // would leave devices open that the config closes.
    refuseHole(devices, new Devices(devices.block(), ANY, devices.minor()), access, section);
    refuseHole(devices, new Devices(devices.block(), devices.major(), ANY), access, section);
    refuseHole(devices, new Devices(devices.block(), ANY, ANY), access, section);
    Integer old = exceptions.get(devices);
    if (old != null) {
      int left = old & ~access;
      if (left == 0) {
        exceptions.remove(devices);
      } else {
        exceptions.put(devices, left);
      }
    }
  }

  private void refuseHole(Devices devices, Devices wildcard, int access, String section) {
    Integer wide = exceptions.get(wildcard);
    if (wide != null && !wildcard.equals(devices) && (wide & access) != 0) {
      throw new CgroupException(
          section
              + ": requested rule ["
              + devices
              + " "
              + access(access)
              + "] not supported by devices cgroupv1 (cannot punch hole in existing wildcard rule ["
              + wildcard
              + " "
              + access(wide)
              + "])");
    }
  }

  /** Whether everything is permitted but the exceptions. */
  public boolean isPermissive() {
    return permissive;
  }

  /**
   * The exceptions and their access bits, in the order of the rules: "The runtime MUST apply
   * entries in the listed order", and the kernel's {@code devices.list} shows in which it was.
   */
  public Map<Devices, Integer> exceptions() {
    return exceptions;
  }

  /** The bits of a text of {@code r}, {@code w} and {@code m}. */
  private static int access(String text) {
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      bits |=
          switch (text.charAt(i)) {
            case 'r' -> READ;
            case 'w' -> WRITE;
            case 'm' -> MKNOD;
            default -> throw new CgroupException("invalid device access \"" + text + "\"");
          };
    }
    return bits;
  }

  /** The text of access bits, as the kernel writes it. */
  public static String access(int bits) {
    return ((bits & READ) == 0 ? "" : "r")
        + ((bits & WRITE) == 0 ? "" : "w")
        + ((bits & MKNOD) == 0 ? "" : "m");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeviceList list
        && permissive == list.permissive
        && exceptions.equals(list.exceptions);
  }

  @Override
  public int hashCode() {
    return exceptions.hashCode();
  }

  @Override
  public String toString() {
    return (permissive ? "all but " : "only ") + exceptions;
  }
}
