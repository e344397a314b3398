package dev.proa.spec.linux.resources;

import dev.proa.spec.Json;
import java.util.List;

/**
 * Weights and rates of block devices: config-linux.md, Block IO.
 *
 * @param weight 10 to 1000
 * @param leafWeight 10 to 1000; cgroup v1 with CFQ only
 * @param weightDevice weights of single devices
 * @param throttleReadBpsDevice bytes read a second
 * @param throttleWriteBpsDevice bytes written a second
 * @param throttleReadIOPSDevice reads a second
 * @param throttleWriteIOPSDevice writes a second
 */
public record BlockIo(
    Integer weight,
    Integer leafWeight,
    List<WeightDevice> weightDevice,
    List<ThrottleDevice> throttleReadBpsDevice,
    List<ThrottleDevice> throttleWriteBpsDevice,
    List<ThrottleDevice> throttleReadIOPSDevice,
    List<ThrottleDevice> throttleWriteIOPSDevice) {

  /** Reads the object. */
  public static BlockIo read(Json json) {
    return new BlockIo(
        json.intOrNull("weight"),
        json.intOrNull("leafWeight"),
        json.list("weightDevice", WeightDevice::read),
        json.list("throttleReadBpsDevice", ThrottleDevice::read),
        json.list("throttleWriteBpsDevice", ThrottleDevice::read),
        json.list("throttleReadIOPSDevice", ThrottleDevice::read),
        json.list("throttleWriteIOPSDevice", ThrottleDevice::read));
  }

  /**
   * Weight of one device: config-linux.md, Block IO.
   *
   * @param major major number
   * @param minor minor number
   * @param weight 10 to 1000
   * @param leafWeight 10 to 1000; cgroup v1 with CFQ only
   */
  public record WeightDevice(long major, long minor, Integer weight, Integer leafWeight) {

    /** Reads the object. */
    public static WeightDevice read(Json json) {
      return new WeightDevice(
          json.requiredLong("major"),
          json.requiredLong("minor"),
          json.intOrNull("weight"),
          json.intOrNull("leafWeight"));
    }
  }

  /**
   * Rate of one device: config-linux.md, Block IO.
   *
   * @param major major number
   * @param minor minor number
   * @param rate bytes or operations a second; unsigned
   */
  public record ThrottleDevice(long major, long minor, long rate) {

    /** Reads the object. */
    public static ThrottleDevice read(Json json) {
      return new ThrottleDevice(
          json.requiredLong("major"), json.requiredLong("minor"), json.uint64("rate", 0));
    }
  }
}
