/* Preloaded into a program, notes which words of its image heap it touches, and in which order: the heap is made
 * inaccessible, each access to it is a signal, is noted and let pass for one instruction.
 *
 *   TOUCHED=FILE LD_PRELOAD=touched.so PROGRAM ...
 *
 * FILE: 4 bytes for each 8 of the heap, when it was touched first, from 1, or 0; then 4 for the number of all. Called by
 * hack/hot, which compiles this with -DHEAP=ADDRESS -DHEAP_SIZE=BYTES. It follows into what the program clones and executes; signals and
 * protections that the program changes are changed around it. x86-64 only. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { PAGE = 4096, TRAP_FLAG = 0x100 };
static uint32_t *touched;
static uintptr_t open_pages[8];
static int opened;

static long call(long n, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}

static void access_of(int signal, siginfo_t *info, void *context) {
  ucontext_t *at = context;
  if (signal == SIGTRAP) {
    while (opened) call(SYS_mprotect, open_pages[--opened], PAGE, PROT_NONE, 0, 0, 0);
    at->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
    return;
  }
  uintptr_t where = (uintptr_t)info->si_addr;
  if (where < HEAP || where >= HEAP + HEAP_SIZE || opened == 8) call(SYS_exit_group, 99, 0, 0, 0, 0, 0);
  uint32_t *first = &touched[(where - HEAP) / 8];
  if (!*first) *first = ++touched[HEAP_SIZE / 8];
  open_pages[opened++] = where & -(uintptr_t)PAGE;
  call(SYS_mprotect, where & -(uintptr_t)PAGE, PAGE, PROT_READ | PROT_WRITE, 0, 0, 0);
  at->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
}

__attribute__((constructor)) static void watch(void) {
  const char *file = getenv("TOUCHED");
  int fd = open(file ? file : "", O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  touched = mmap(0, HEAP_SIZE / 2 + 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  static char stack[1 << 16];
  stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&other, 0);
  struct sigaction action = {.sa_sigaction = access_of, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGTRAP, &action, 0);
  call(SYS_mprotect, HEAP, HEAP_SIZE, PROT_NONE, 0, 0, 0);
}

/* The image protects its heap itself. */
int mprotect(void *from, size_t size, int protection) {
  if ((uintptr_t)from >= HEAP && (uintptr_t)from < HEAP + HEAP_SIZE && touched) return 0;
  return call(SYS_mprotect, (long)from, size, protection, 0, 0, 0) ? -1 : 0;
}

/* What proa makes its system calls through. */
extern int *__errno_location(void);
long syscall(long n, ...) {
  va_list list;
  long a[6];
  va_start(list, n);
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  if (touched) {
    if (n == SYS_rt_sigaction && (a[0] == SIGSEGV || a[0] == SIGTRAP)) return 0;
    if (n == SYS_rt_sigprocmask && a[1] && a[0] != SIG_UNBLOCK) *(uint64_t *)a[1] &= ~(1ULL << (SIGSEGV - 1) | 1ULL << (SIGTRAP - 1));
  }
  long result = call(n, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (result < 0 && result > -4096) {
    *__errno_location() = (int)-result;
    return -1;
  }
  return result;
}
