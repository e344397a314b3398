package dev.proa.rehearsal;

/** The rehearsed process has executed its program or exited: nothing of its code follows. */
final class Ended extends Error {
  private static final long serialVersionUID = 1L;

  Ended() {
    super(null, null, false, false);
  }
}
