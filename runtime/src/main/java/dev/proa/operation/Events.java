package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.OomEvents;
import dev.proa.cgroup.StatsJson;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;
import dev.proa.spec.JsonWriter;
import dev.proa.spec.State;
import dev.proa.state.InitProcess;
import java.util.function.Consumer;

/** {@code events}: statistics now or again and again, and news of memory that ran out. */
public final class Events {
  private static final int OOM = 0;
  private static final int END = 1;
  private static final int POLL_SIZE = 8;

  private final Kernel kernel;
  private final Settings settings;
  private final Consumer<String> sink;

  /**
   * Over that kernel, below {@code settings.root()}.
   *
   * @param sink takes each event, one line of JSON
   */
  public Events(Kernel kernel, Settings settings, Consumer<String> sink) {
    this.kernel = kernel;
    this.settings = settings;
    this.sink = sink;
  }

  /**
   * Tells the statistics once, or every {@code interval} until the container's process ends.
   *
   * @param interval in nanoseconds
   * @throws OperationException if the container has stopped
   */
  public void tell(String id, long interval, boolean once) {
    Cgroup cgroup;
    InitProcess init;
    try (Container container = Container.look(kernel, settings, id)) {
      if (interval <= 0) {
        throw new OperationException("duration interval must be greater than 0");
      }
      if (container.status() == State.Status.STOPPED) {
        throw new OperationException("container with id " + id + " is not running");
      }
      cgroup = container.cgroup();
      init = container.init();
    }
    if (once) {
      sink.accept(stats(id, cgroup));
      return;
    }
    try (OomEvents oom = OomEvents.of(kernel, cgroup.paths());
        Fd end = new ProcessCalls(kernel).pidfdOpen(init.pid())) {
      if (init.isAlive(kernel)) {
        follow(id, cgroup, interval, oom, end);
      }
    } catch (KernelException e) {
      if (!e.is(Errno.ESRCH)) { // it ended just now
        throw e;
      }
    }
  }

  /** One thread for all: what is waited for is a descriptor or the time. */
  private void follow(String id, Cgroup cgroup, long interval, OomEvents oom, Fd end) {
    ClockCalls clock = new ClockCalls(kernel);
    DescriptorCalls descriptors = new DescriptorCalls(kernel);
    byte[] polls = new byte[2 * POLL_SIZE];
    Bytes.putInt(polls, OOM * POLL_SIZE, oom == null ? -1 : oom.descriptor().number());
    Bytes.putInt(polls, OOM * POLL_SIZE + 4, DescriptorCalls.POLLIN);
    Bytes.putInt(polls, END * POLL_SIZE, end.number());
    Bytes.putInt(polls, END * POLL_SIZE + 4, DescriptorCalls.POLLIN);
    long next = clock.monotonicNanos() + interval;
    boolean ended = false;
    while (!ended) {
      int ready = descriptors.poll(polls, 2, Math.max(0, next - clock.monotonicNanos()));
      ended = ready > 0 && Bytes.getShort(polls, END * POLL_SIZE + 6) != 0;
      // Whichever is ready: at the end, the kernel may still hold the notice back.
      if (oom != null && ready > 0 && oom.take()) {
        sink.accept(event("oom", id).endObject() + "\n");
      }
      if (!ended && clock.monotonicNanos() >= next) {
        next += interval;
        ended = !periodic(id, cgroup);
      }
    }
  }

  /** Tells the statistics; false where the cgroup is gone. */
  private boolean periodic(String id, Cgroup cgroup) {
    String text;
    try {
      text = stats(id, cgroup);
    } catch (CgroupException e) {
      if (cgroup.exists()) {
        throw e;
      }
      return false;
    }
    sink.accept(text);
    return true;
  }

  private static String stats(String id, Cgroup cgroup) {
    JsonWriter json = event("stats", id).name("data");
    StatsJson.write(cgroup.stats(), json);
    return json.endObject().line();
  }

  private static JsonWriter event(String type, String id) {
    return JsonWriter.compact().beginObject().field("type", type).field("id", id);
  }
}
