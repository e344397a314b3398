package dev.proa.launch;

import dev.proa.handshake.Channel;
import dev.proa.handshake.Message;
import dev.proa.hook.HookState;
import dev.proa.init.ContainerInit;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.setup.ContainerPlan;
import dev.proa.setup.Namespaces;
import dev.proa.setup.SetupException;
import dev.proa.setup.UserNamespace;
import dev.proa.spec.Hooks;
import dev.proa.spec.linux.TimeOffset;
import dev.proa.spec.linux.TimeOffsets;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The intermediate process of the cases that {@link Namespaces} names: it enters the namespaces
 * that must come first, clones init as its sibling, tells init's pid, and ends.
 */
final class Stage {
  private static final long FIRST = NamespaceCalls.CLONE_NEWUSER | NamespaceCalls.CLONE_NEWTIME;

  private final Kernel kernel;
  private final Channel channel;
  private final ContainerPlan plan;
  private final HookState hookState;
  private final Hooks hooks;

  Stage(Kernel kernel, Channel channel, ContainerPlan plan, HookState hookState, Hooks hooks) {
    this.kernel = kernel;
    this.channel = channel;
    this.plan = plan;
    this.hookState = hookState;
    this.hooks = hooks;
  }

  /** Never returns, in either process. */
  void run(List<Namespaces.Opened> joins, Namespaces.Opened user, Fd startSocket) {
    try {
      // Nobody in the joined namespaces may look into this process (CVE-2016-9962).
      kernel.must(ProcessCalls.setDumpable(false));
      Namespaces namespaces = plan.namespaces();
      NamespaceCalls calls = new NamespaceCalls(kernel);
      // Opened before the mount namespace changes; it stays this process's own file.
      Fd offsets =
          namespaces.offsets() == null
              ? null
              : new FileCalls(kernel).open("/proc/self/timens_offsets", FileCalls.O_WRONLY);
      Namespaces.enterAll(kernel, joins, user);
      if (user != null) {
        UserNamespace.becomeRoot(kernel);
      }
      if (namespaces.creates(NamespaceCalls.CLONE_NEWUSER)) {
        calls.unshare(NamespaceCalls.CLONE_NEWUSER);
        kernel.must(ProcessCalls.setDumpable(true)); // else the maps belong to root
        channel.send(Message.Type.MAP_IDS);
        channel.expect(Message.Type.GO);
        kernel.must(ProcessCalls.setDumpable(false));
        UserNamespace.becomeRoot(kernel);
      }
      if (namespaces.creates(NamespaceCalls.CLONE_NEWTIME)) {
        calls.unshare(NamespaceCalls.CLONE_NEWTIME);
        if (offsets != null) {
          new FileCalls(kernel).writeAll(offsets, text(namespaces.offsets()));
          offsets.close();
        }
      }
      // CLONE_PARENT: init becomes the runtime's child, with this process's exit signal.
      long flags = (namespaces.cloned() & ~FIRST) | NamespaceCalls.CLONE_PARENT;
      int init = new ProcessCalls(kernel).clone3(flags, 0, null);
      if (init == 0) {
        new ContainerInit(kernel, channel, plan, hookState, hooks)
            .run(List.of(), startSocket, () -> {});
      }
      channel.send(Message.Type.INIT, Integer.toString(init));
      kernel.call(ProcessCalls.exit(0));
    } catch (KernelException | SetupException e) {
      channel.fail("linux.namespaces: " + e.getMessage());
    } catch (Throwable e) { // whatever it is, this process must not return into the runtime's code
      channel.fail("stage: " + e);
    }
    kernel.call(ProcessCalls.exit(1));
  }

  /** time_namespaces(7): one line for each clock, seconds and nanoseconds. */
  private static byte[] text(TimeOffsets offsets) {
    StringBuilder lines = new StringBuilder();
    line(lines, "monotonic", offsets.monotonic());
    line(lines, "boottime", offsets.boottime());
    return lines.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void line(StringBuilder lines, String clock, TimeOffset offset) {
    if (offset != null) {
      lines.append(clock).append(' ').append(offset.secs());
      lines.append(' ').append(offset.nanosecs()).append('\n');
    }
  }
}
