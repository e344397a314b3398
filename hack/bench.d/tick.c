/*
 * tick: what a system call costs here: for each of some calls its name and ns per call, the best of five loops.
 * Runs in a container of hack/bench --syscall. Ends with 1 if a call fails otherwise than it
 * must; one that is to be refused (EPERM) may fail otherwise where there is no filter.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 100000, LOOPS = 5, FUTEX_WAITV = 449 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static void measure(const char *name, long number, int expected, long a, long b, long c) {
  double best = 1e18;
  if (syscall(number, a, b, c, 0L, 0L, 0L) < 0 && errno != expected && expected != EPERM) {
    perror(name);
    exit(1);
  }
  for (int loop = 0; loop < LOOPS; loop++) {
    double start = now();
    for (int i = 0; i < CALLS; i++) syscall(number, a, b, c, 0L, 0L, 0L);
    double took = (now() - start) / CALLS;
    if (took < best) best = took;
  }
  printf("%s %.1f\n", name, best);
}

int main(void) {
  static int word;
  char byte;
  int null = open("/dev/null", O_RDONLY);
  measure("getppid", SYS_getppid, 0, 0, 0, 0);
  measure("read", SYS_read, 0, null, (long)&byte, 1);
  measure("futex_wake", SYS_futex, 0, (long)&word, FUTEX_WAKE_PRIVATE, 1);
  measure("futex_waitv,_number_449", FUTEX_WAITV, EINVAL, 0, 0, 0);
  measure("personality,_its_argument_checked", SYS_personality, 0, 0xffffffffL, 0, 0);
  measure("add_key,_refused", SYS_add_key, EPERM, (long)"", (long)"", 0);
  return 0;
}
