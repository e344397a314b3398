/* Writes the addresses of the functions that a program enters, each once, in the order of the first entry.
 *
 *   entered SYMBOLS OUT PROGRAM ARGUMENT...
 *
 * SYMBOLS: the addresses of the functions in hexadecimal, sorted, one a line; the last is the end of the code. What was
 * entered is added to OUT. Each function gets a breakpoint, which is taken out when it is met: in the program, in what it
 * clones, and again where it executes itself. Another program that is executed runs on alone. Ends with the program's
 * status; what it leaves behind is watched on until it executes something or ends. x86-64 only. Called by hack/hot. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 1 << 18, INT3 = 0xcc };
static uint64_t at[MOST];
static unsigned char was[MOST], seen[MOST];
static size_t count;
static FILE *out;

static int memory(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/mem", pid);
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) perror(path), exit(2);
  return fd;
}

static void set_breakpoints(pid_t pid) {
  size_t size = at[count - 1] - at[0];
  unsigned char *code = malloc(size);
  int fd = memory(pid);
  if (pread(fd, code, size, at[0]) != (ssize_t)size) perror("read"), exit(2);
  for (size_t i = 0; i + 1 < count; i++) {
    was[i] = code[at[i] - at[0]];
    code[at[i] - at[0]] = INT3;
  }
  if (pwrite(fd, code, size, at[0]) != (ssize_t)size) perror("write"), exit(2);
  close(fd);
  free(code);
}

/* Whether it was one of ours. */
static int met(pid_t pid) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, pid, 0, &registers)) return 0;
  uint64_t ip = registers.rip - 1;
  size_t low = 0, high = count;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (at[middle] <= ip) low = middle;
    else high = middle;
  }
  if (at[low] != ip) return 0;
  if (!seen[low]) fprintf(out, "%016lx\n", (unsigned long)ip);
  seen[low] = 1;
  int fd = memory(pid);
  if (pwrite(fd, &was[low], 1, ip) != 1) perror("write"), exit(2);
  close(fd);
  registers.rip = ip;
  ptrace(PTRACE_SETREGS, pid, 0, &registers);
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  FILE *symbols = fopen(argv[1], "r");
  out = fopen(argv[2], "a");
  struct stat program, now;
  if (!symbols || !out || stat(argv[3], &program)) return perror("entered"), 2;
  for (unsigned long address; count < MOST && fscanf(symbols, "%lx", &address) == 1;)
    if (count == 0 || address > at[count - 1]) at[count++] = address;
  if (count < 2) return 2;

  int answer[2];
  if (pipe2(answer, O_CLOEXEC)) return perror("pipe"), 2;
  if (fork()) {
    unsigned char code = 2;
    close(answer[1]);
    return read(answer[0], &code, 1) == 1 ? code : 2;
  }
  setlinebuf(out);
  pid_t first = fork();
  if (first == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    execv(argv[3], argv + 3);
    _exit(127);
  }
  int status;
  waitpid(first, &status, 0);
  ptrace(PTRACE_SETOPTIONS, first, 0,
         PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC);
  set_breakpoints(first);
  ptrace(PTRACE_CONT, first, 0, 0);
  for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0;) {
    if (!WIFSTOPPED(status)) {
      unsigned char code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      if (pid == first && write(answer[1], &code, 1) == 1) close(answer[1]);
      continue;
    }
    int signal = WSTOPSIG(status), event = status >> 16;
    if (event == PTRACE_EVENT_EXEC) {
      char exe[64];
      snprintf(exe, sizeof exe, "/proc/%d/exe", pid);
      if (stat(exe, &now) || now.st_ino != program.st_ino) {
        ptrace(PTRACE_DETACH, pid, 0, 0);
        continue;
      }
      set_breakpoints(pid);
    }
    if (event || signal == SIGSTOP || (signal == SIGTRAP && met(pid))) signal = 0;
    ptrace(PTRACE_CONT, pid, 0, signal);
  }
  return 0;
}
