package dev.proa.cgroup;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.EventCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.Sysno;
import java.util.Map;

/**
 * Tells when a cgroup runs out of memory. Version 1 raises an eventfd that was registered in {@code
 * cgroup.event_control} (Documentation/admin-guide/cgroup-v1/memory.rst, OOM Control); version 2
 * changes {@code memory.events}, which inotify sees (cgroup-v2.rst).
 */
public final class OomEvents implements AutoCloseable {
  private static final int BUFFER = 4096;

  private final Kernel kernel;
  private final Fd events;
  private final Fd control;
  private final String directory;
  private long kills;

  private OomEvents(Kernel kernel, Fd events, Fd control, String directory) {
    this.kernel = kernel;
    this.events = events;
    this.control = control;
    this.directory = directory;
    this.kills = control == null ? kills() : 0;
  }

  /**
   * Watches the cgroup.
   *
   * @param paths as {@link Cgroup#paths} tells
   * @return null where nobody counts its memory
   */
  public static OomEvents of(Kernel kernel, Map<String, String> paths) {
    if (paths.containsKey("memory")) {
      return v1(kernel, paths.get("memory"));
    }
    String unified = paths.get(Layout.UNIFIED);
    if (unified == null || !new FileCalls(kernel).exists(Fd.CWD, unified + "/memory.events")) {
      return null;
    }
    EventCalls calls = new EventCalls(kernel);
    Fd inotify = calls.inotify();
    try {
      calls.watch(inotify, unified + "/memory.events", EventCalls.IN_MODIFY);
    } catch (KernelException e) {
      inotify.close();
      throw e;
    }
    return new OomEvents(kernel, inotify, null, unified);
  }

  private static OomEvents v1(Kernel kernel, String path) {
    FileCalls files = new FileCalls(kernel);
    Fd eventfd = new EventCalls(kernel).eventfd();
    Fd control = null;
    try {
      control = files.open(path + "/memory.oom_control", FileCalls.O_RDONLY);
      files.writeText(path + "/cgroup.event_control", eventfd.number() + " " + control.number());
      return new OomEvents(kernel, eventfd, control, path);
    } catch (KernelException e) {
      eventfd.close();
      if (control != null) {
        control.close();
      }
      throw e;
    }
  }

  /** The descriptor that is readable when something may have happened. */
  public Fd descriptor() {
    return events;
  }

  /** Whether it has run out of memory since this was asked last; does not wait. */
  public boolean take() {
    byte[] buffer = new byte[control == null ? BUFFER : Long.BYTES];
    long count =
        kernel.call(Call.of(Sysno.READ, events.arg(), Arg.out(buffer), Arg.of(buffer.length)));
    if (control != null) {
      // The eventfd is raised too when the cgroup is removed, and with it this file.
      return count == Long.BYTES
          && new FileCalls(kernel).exists(Fd.CWD, directory + "/cgroup.event_control");
    }
    long now = kills();
    boolean more = now > kills;
    kills = now;
    return more;
  }

  private long kills() {
    try (CgroupFiles files = CgroupFiles.openIfPresent(kernel, directory)) {
      String text = files == null ? null : files.read("memory.events");
      return text == null ? kills : StatText.keyed(text).getOrDefault("oom_kill", 0L);
    }
  }

  @Override
  public void close() {
    events.close();
    if (control != null) {
      control.close();
    }
  }
}
