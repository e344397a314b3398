package dev.proa.spec.linux;

import dev.proa.spec.Json;

/**
 * A condition on an argument: config-linux.md, Seccomp, args.
 *
 * @param index which argument, from 0
 * @param value compared with, or the mask of SCMP_CMP_MASKED_EQ; unsigned
 * @param valueTwo compared with after masking; unsigned
 * @param op comparison
 */
public record SeccompArg(int index, long value, long valueTwo, Op op) {

  /** Reads the object. */
  public static SeccompArg read(Json json) {
    return new SeccompArg(
        (int) json.requiredUint32("index"),
        json.requiredUint64("value"),
        json.uint64("valueTwo", 0),
        json.requiredEnum("op", Op.values()));
  }

  /** Comparisons, by libseccomp's names. */
  public enum Op {
    SCMP_CMP_NE,
    SCMP_CMP_LT,
    SCMP_CMP_LE,
    SCMP_CMP_EQ,
    SCMP_CMP_GE,
    SCMP_CMP_GT,
    SCMP_CMP_MASKED_EQ
  }
}
