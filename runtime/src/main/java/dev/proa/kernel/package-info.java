/**
 * The door to Linux: every system call that proa makes goes through {@link dev.proa.kernel.Kernel},
 * as a {@link dev.proa.kernel.Call}: data that can be run, recorded, printed and listed.
 *
 * <p>{@link dev.proa.kernel.LinuxKernel} lays the arguments out and calls libc's syscall(2) by
 * {@code LibC}. On a JVM that is jffi, the engine of jnr-ffi, called directly because it takes
 * fixed long arguments. The native executable substitutes that one class
 * (dev.proa.image.LibCInImage) with the same calls compiled in: loading and preparing libjffi takes
 * 0.6 ms, as long as all the rest of a start, twice for commands that re-execute themselves. It
 * changes the design, which has jnr-ffi there too; taking {@code LibCInImage} out brings that back.
 *
 * <p>The typed wrappers are named by the man pages' families and are what everybody else uses;
 * {@link dev.proa.kernel.Posix} is jnr-posix, for what is no system call (user names).
 */
package dev.proa.kernel;
