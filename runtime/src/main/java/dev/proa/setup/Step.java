package dev.proa.setup;

/**
 * One section of the config as something to do inside the container's namespaces, before its
 * process is executed.
 *
 * <p>A step is made by a static {@code plan(...)} that decides everything and touches nothing; it
 * runs before clone3(2), in the parent. {@link #apply} runs in the child: it makes the calls and
 * decides nothing that the config could have decided.
 */
public interface Step {
  /** Where the step comes from in the config, as {@code mounts[3]} or {@code linux.maskedPaths}. */
  String section();

  /**
   * Makes the section's kernel calls.
   *
   * @throws dev.proa.kernel.KernelException if a call fails; the caller adds {@link #section}
   * @throws SetupException if something other than a call is wrong
   */
  void apply(Inside inside);
}
