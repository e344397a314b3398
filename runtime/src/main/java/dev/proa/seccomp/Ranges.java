package dev.proa.seccomp;

import java.util.Arrays;

/**
 * All 2³² call numbers, in ascending ranges, each with what happens to its calls: a return value,
 * or rules to be tried.
 */
final class Ranges {
  private static final long CHAIN = 1L << 32;

  private int[] starts = new int[256];
  private long[] decisions = new long[256];
  private int count;

  private Chain[] chains = new Chain[16];
  private int chainCount;

  /** Rules of which the first that matches counts. */
  record Chain(Rule[] rules, boolean wide) {
    private boolean same(Chain other) {
      if (wide != other.wide || rules.length != other.rules.length) {
        return false;
      }
      for (int i = 0; i < rules.length; i++) {
        if (rules[i] != other.rules[i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** The decision to return that value. */
  static long returning(int value) {
    return value & 0xffffffffL;
  }

  /** The decision to try these rules; calls with the same rules share it. */
  long trying(Chain chain) {
    for (int i = 0; i < chainCount; i++) {
      if (chains[i].same(chain)) {
        return CHAIN | i;
      }
    }
    if (chainCount == chains.length) {
      chains = Arrays.copyOf(chains, chainCount * 2);
    }
    chains[chainCount] = chain;
    return CHAIN | chainCount++;
  }

  /**
   * From that number on, as far as nothing else is said, this happens.
   *
   * @param start unsigned; not below an earlier one, which it replaces where it is the same
   */
  void from(int start, long decision) {
    if (count > 0 && starts[count - 1] == start) {
      count--;
    }
    if (count > 0 && decisions[count - 1] == decision) {
      return;
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      decisions = Arrays.copyOf(decisions, count * 2);
    }
    starts[count] = start;
    decisions[count++] = decision;
  }

  int count() {
    return count;
  }

  int start(int range) {
    return starts[range];
  }

  /** Whether the range has rules: {@link #chain} then says which, else {@link #value}. */
  boolean hasChain(int range) {
    return (decisions[range] & CHAIN) != 0;
  }

  /** The return value of the range, or the number of its chain. */
  int value(int range) {
    return (int) decisions[range];
  }

  int chainCount() {
    return chainCount;
  }

  Chain chain(int number) {
    return chains[number];
  }
}
