package dev.proa.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * A kernel that makes no call: it remembers each, and answers as it was told, or with a new
 * descriptor where the call makes one, or with 0.
 */
public final class RecordingKernel implements Kernel {
  private record Answer(Predicate<Call> when, ToLongFunction<Call> then) {}

  private final List<Call> calls = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private int next = 10;

  /** Answers calls of that number so; the newest answer that fits is taken. */
  public RecordingKernel on(Sysno number, ToLongFunction<Call> then) {
    return on(call -> call.number() == number, then);
  }

  /** Answers the calls that fit so; the newest answer that fits is taken. */
  public RecordingKernel on(Predicate<Call> when, ToLongFunction<Call> then) {
    answers.addFirst(new Answer(when, then));
    return this;
  }

  /** Lets calls of that number fail. */
  public RecordingKernel fail(Sysno number, Errno errno) {
    return on(number, call -> -errno.value());
  }

  /** A file that openat finds and read gives this content of, once. */
  public RecordingKernel file(String path, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    int[] fd = {-1};
    boolean[] read = {false};
    on(
        call ->
            (call.number() == Sysno.OPENAT || call.number() == Sysno.OPENAT2)
                && call.args().get(1).toString().equals("\"" + path + "\""),
        call -> {
          read[0] = false;
          fd[0] = next++;
          return fd[0];
        });
    return on(
        call ->
            call.number() == Sysno.READ
                && call.args().get(0) instanceof Arg.Value value
                && value.value() == fd[0],
        call -> {
          if (read[0]) {
            return 0;
          }
          read[0] = true;
          byte[] buffer = ((Arg.Memory) call.args().get(1)).bytes();
          System.arraycopy(bytes, 0, buffer, 0, bytes.length);
          return bytes.length;
        });
  }

  @Override
  public long call(Call call) {
    calls.add(call);
    for (Answer answer : answers) {
      if (answer.when.test(call)) {
        return answer.then.applyAsLong(call);
      }
    }
    return switch (call.number()) {
      case OPENAT,
          OPENAT2,
          FSOPEN,
          FSMOUNT,
          OPEN_TREE,
          PIDFD_OPEN,
          MEMFD_CREATE,
          SOCKET,
          DUP,
          BPF ->
          next++;
      default -> 0;
    };
  }

  /** All calls so far. */
  public List<Call> calls() {
    return calls;
  }

  /** Their strace lines, without those of close, which carry no decision. */
  public List<String> lines() {
    return calls.stream().filter(call -> call.number() != Sysno.CLOSE).map(Call::toString).toList();
  }
}
