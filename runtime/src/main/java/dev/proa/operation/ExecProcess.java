package dev.proa.operation;

import dev.proa.spec.Capabilities;
import dev.proa.spec.Process;
import dev.proa.spec.User;
import java.util.ArrayList;
import java.util.List;

/** The process that {@code exec} executes: the container's own with what the caller changes. */
final class ExecProcess {
  private ExecProcess() {}

  /**
   * From the command line: everything that is not named there is as in the container's process.
   *
   * @throws OperationException for a user that is no {@code uid[:gid]}
   */
  static Process of(ExecRequest request, Process container) {
    return new Process(
        request.terminal(),
        container.consoleSize(),
        user(request, container.user()),
        request.args(),
        joined(container.env(), request.env()),
        request.cwd() == null ? container.cwd() : request.cwd(),
        withMore(container.capabilities(), request.capabilities()),
        container.rlimits(),
        request.noNewPrivileges() == null ? container.noNewPrivileges() : request.noNewPrivileges(),
        request.apparmorProfile() == null ? container.apparmorProfile() : request.apparmorProfile(),
        container.oomScoreAdj(),
        request.selinuxLabel() == null ? container.selinuxLabel() : request.selinuxLabel(),
        container.ioPriority(),
        container.scheduler(),
        container.execCPUAffinity());
  }

  /** From a process file: as in runc, what guards the container holds where the file is silent. */
  static Process of(Process file, Process container) {
    return new Process(
        file.terminal(),
        file.consoleSize(),
        file.user(),
        file.args(),
        file.env(),
        file.cwd(),
        file.capabilities() == null ? container.capabilities() : file.capabilities(),
        file.rlimits().isEmpty() ? container.rlimits() : file.rlimits(),
        file.noNewPrivileges(),
        isEmpty(file.apparmorProfile()) ? container.apparmorProfile() : file.apparmorProfile(),
        file.oomScoreAdj() == null ? container.oomScoreAdj() : file.oomScoreAdj(),
        isEmpty(file.selinuxLabel()) ? container.selinuxLabel() : file.selinuxLabel(),
        file.ioPriority() == null ? container.ioPriority() : file.ioPriority(),
        file.scheduler() == null ? container.scheduler() : file.scheduler(),
        file.execCPUAffinity() == null ? container.execCPUAffinity() : file.execCPUAffinity());
  }

  private static boolean isEmpty(String text) {
    return text == null || text.isEmpty();
  }

  private static <T> List<T> joined(List<T> first, List<T> more) {
    if (more.isEmpty()) {
      return first;
    }
    List<T> all = new ArrayList<>(first);
    all.addAll(more);
    return all;
  }

  private static User user(ExecRequest request, User container) {
    User user = container == null ? new User(0, 0, null, List.of(), null) : container;
    long uid = user.uid();
    long gid = user.gid();
    if (request.user() != null && !request.user().isEmpty()) {
      int colon = request.user().indexOf(':');
      uid = id(request.user(), 0, colon < 0 ? request.user().length() : colon);
      if (colon >= 0) {
        gid = id(request.user(), colon + 1, request.user().length());
      }
    }
    return new User(
        uid,
        gid,
        user.umask(),
        joined(user.additionalGids(), request.additionalGids()),
        user.username());
  }

  /**
   * A decimal id. Names are not looked up, and nothing may be left over: what is read as another
   * number than it says runs as another user (CVE-2026-30892).
   */
  private static long id(String text, int from, int to) {
    long id = 0;
    boolean valid = to > from && to - from <= 10;
    for (int i = from; i < to && valid; i++) {
      char digit = text.charAt(i);
      valid = digit >= '0' && digit <= '9';
      id = id * 10 + digit - '0';
    }
    if (!valid || id >= 0xffffffffL) { // the last one means "leave it" to the kernel
      throw new OperationException("invalid user \"" + text + "\": expected uid[:gid] in decimal");
    }
    return id;
  }

  /**
   * The inheritable set stays as it is (CVE-2022-29162, CVE-2022-27650), so what is not in it
   * cannot be ambient either.
   */
  private static Capabilities withMore(Capabilities sets, List<String> more) {
    if (more.isEmpty()) {
      return sets;
    }
    Capabilities container =
        sets == null
            ? new Capabilities(List.of(), List.of(), List.of(), List.of(), List.of())
            : sets;
    List<String> ambient = new ArrayList<>(container.ambient());
    for (String capability : more) {
      if (container.inheritable().contains(capability)) {
        ambient.add(capability);
      }
    }
    return new Capabilities(
        joined(container.bounding(), more),
        joined(container.effective(), more),
        container.inheritable(),
        joined(container.permitted(), more),
        ambient);
  }
}
