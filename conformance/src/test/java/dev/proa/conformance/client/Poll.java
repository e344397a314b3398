package dev.proa.conformance.client;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Waiting by looking again every 5 ms. All waiting times of the tests are for a machine of the
 * usual speed; the system property {@code patience} multiplies them on a slower one.
 */
public final class Poll {
  private static final int PATIENCE = Integer.getInteger("patience", 1);

  private Poll() {}

  /** How long this machine gets for what takes at most so long on a usual one. */
  public static Duration patient(Duration usual) {
    return usual.multipliedBy(PATIENCE);
  }

  /** Waits until the value is as wanted and returns it; fails after the timeout. */
  public static <T> T until(
      String what, Duration timeout, Supplier<T> value, Predicate<? super T> wanted) {
    long end = System.nanoTime() + patient(timeout).toNanos();
    while (true) {
      T now = value.get();
      if (wanted.test(now)) {
        return now;
      }
      if (System.nanoTime() > end) {
        return fail(what + " was still: " + now);
      }
      pause();
    }
  }

  /** Waits until the condition holds; fails after 20 seconds. */
  public static void until(String what, BooleanSupplier condition) {
    until(what, Duration.ofSeconds(20), condition::getAsBoolean, Boolean::booleanValue);
  }

  /** Waits until the condition holds or the time is over; returns whether it holds. */
  public static boolean within(Duration timeout, BooleanSupplier condition) {
    long end = System.nanoTime() + patient(timeout).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      pause();
    }
    return true;
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
