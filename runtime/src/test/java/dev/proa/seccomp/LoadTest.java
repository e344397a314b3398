package dev.proa.seccomp;

import static dev.proa.seccomp.Sections.errno;
import static dev.proa.seccomp.Sections.rule;
import static dev.proa.seccomp.Sections.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.Sysno;
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.Seccomp.Action;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/**
 * Loads filters for real, into threads that end with the test: no_new_privs and filters are a
 * thread's own, so this needs no root and harms nobody.
 */
class LoadTest {
  private static long inThread(Seccomp section, ToLongFunction<Kernel> then) throws Exception {
    Call load = SeccompCompiler.compile(section).loadCall();
    FutureTask<Long> task =
        new FutureTask<>(
            () -> {
              Kernel kernel = new LinuxKernel();
              Arg one = Arg.of(1);
              kernel.must(
                  Call.of(
                      Sysno.PRCTL,
                      Arg.named(38, "PR_SET_NO_NEW_PRIVS"),
                      one,
                      Arg.of(0),
                      Arg.of(0),
                      Arg.of(0)));
              long loaded = kernel.must(load);
              long result = then.applyAsLong(kernel);
              if (loaded > 0) {
                kernel.must(Call.of(Sysno.CLOSE, Arg.of(loaded)));
                return loaded;
              }
              return result;
            });
    Thread.ofPlatform().start(task).join();
    return task.get();
  }

  @Test
  void theKernelDoesAsTheFilterSays() throws Exception {
    Seccomp section =
        section(
            Action.SCMP_ACT_ALLOW,
            Sections.X86,
            errno(77, "getpgid", Sections.arg(0, "EQ", 12_345)));
    assertEquals(
        -77, inThread(section, kernel -> kernel.call(Call.of(Sysno.GETPGID, Arg.of(12_345)))));
    assertTrue(inThread(section, kernel -> kernel.call(Call.of(Sysno.GETPGID, Arg.of(0)))) > 0);
  }

  @Test
  void dockersProfileIsTakenAndLetsAThreadLive() throws Exception {
    assertEquals(
        -1,
        inThread(
            Sections.dockerDefault(), kernel -> kernel.call(Call.of(Sysno.UNSHARE, Arg.of(0)))));
  }

  @Test
  void notifyGivesADescriptor() throws Exception {
    Seccomp section =
        section(
            Action.SCMP_ACT_ALLOW, List.of(), rule(Action.SCMP_ACT_NOTIFY, List.of("sethostname")));
    assertTrue(inThread(section, kernel -> 0) > 2);
  }
}
