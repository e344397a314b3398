package dev.proa.cgroup.v2;

import dev.proa.cgroup.DeviceList;
import java.util.Map;

/**
 * A program of type BPF_PROG_TYPE_CGROUP_DEVICE that answers whether an access to a device is
 * permitted: 1 or 0. Its context is {@code struct bpf_cgroup_dev_ctx} of linux/bpf.h: a word with
 * the access in its upper and the device's type in its lower half, then major and minor.
 */
final class DeviceProgram {
  private static final int BLOCK = 1; // BPF_DEVCG_DEV_BLOCK
  private static final int CHARACTER = 2; // BPF_DEVCG_DEV_CHAR

  // Registers; r1 is the context at first, then free.
  private static final int RESULT = 0;
  private static final int CONTEXT = 1;
  private static final int SCRATCH = 1;
  private static final int DEVICE_TYPE = 2;
  private static final int ACCESS = 3;
  private static final int MAJOR = 4;
  private static final int MINOR = 5;

  private DeviceProgram() {}

  /** The program for the list. */
  static byte[] of(DeviceList list) {
    BpfAssembler program = new BpfAssembler();
    program.loadWord(DEVICE_TYPE, CONTEXT, 0);
    program.move(ACCESS, DEVICE_TYPE);
    program.and(DEVICE_TYPE, 0xffff);
    program.shiftRight(ACCESS, 16);
    program.loadWord(MAJOR, CONTEXT, 4);
    program.loadWord(MINOR, CONTEXT, 8);
    for (Map.Entry<DeviceList.Devices, Integer> entry : list.exceptions().entrySet()) {
      exception(program, entry.getKey(), entry.getValue(), list.isPermissive());
    }
    answer(program, list.isPermissive());
    return program.toBytes();
  }

  private static void exception(
      BpfAssembler program, DeviceList.Devices devices, int access, boolean permissive) {
    int next = program.newLabel();
    program.jumpIfNot(DEVICE_TYPE, devices.block() ? BLOCK : CHARACTER, next);
    if (access != (DeviceList.READ | DeviceList.WRITE | DeviceList.MKNOD)) {
      program.move(SCRATCH, ACCESS);
      program.and(SCRATCH, access);
      if (permissive) {
        // Forbidden if any part of the access is.
        program.jumpIf(SCRATCH, 0, next);
      } else {
        // Permitted only if all parts of the access are.
        program.jumpIfDifferent(SCRATCH, ACCESS, next);
      }
    }
    if (devices.major() != DeviceList.ANY) {
      program.jumpIfNot(MAJOR, (int) devices.major(), next);
    }
    if (devices.minor() != DeviceList.ANY) {
      program.jumpIfNot(MINOR, (int) devices.minor(), next);
    }
    answer(program, !permissive);
    program.bind(next);
  }

  private static void answer(BpfAssembler program, boolean permitted) {
    program.set(RESULT, permitted ? 1 : 0);
    program.exit();
  }
}
