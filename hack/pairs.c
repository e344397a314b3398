/*
 * pairs: times commands against each other, round by round, so that a noisy machine disturbs all of them alike.
 * Compiled and called by hack/bench.
 *
 *   pairs ROUNDS STEP...         one round does every STEP in this order; a STEP is one word of the shell, one of
 *     'NAME COMMAND...'          runs the command (split at spaces) and takes its time and CPU under that name
 *     '- COMMAND...'             runs it without taking anything
 *     '!NAME FILE'               waits until the process whose pid is in that file has ended; its CPU counts with NAME
 *     'N/W NAME COMMAND ; ...'   runs this row of commands N times, W at once; the time and CPU of all together.
 *                                The command ! waits until all that the row has left running has ended
 * An @ in a command stands for a number that no other run of it has. The commands' output is thrown away; one that
 * fails ends everything, and so does one that takes a minute. What a command leaves behind becomes a child of pairs
 * (PR_SET_CHILD_SUBREAPER), so that the first process of a container can be waited for and its CPU be told.
 *
 * Prints for each name: rounds; median, 10th and 90th percentile of the time in ms; the same of CPU (user and system,
 * with all that the command has waited for); the largest peak memory in MB.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MOST_STEPS = 256, MOST_WORDS = 64, MOST_SECONDS = 60, MOST_SECONDS_OF_ALL = 600 };

struct series {
  char *name;
  const char *commands;
  double *wall, *cpu; /* ms, by round */
  long peak;          /* KiB */
  int times, at_once; /* 0: a single command */
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static double cpu_of(const struct rusage *usage) {
  return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e3 + (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e3;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static const char *running = "";

static void too_long(int signal) {
  (void)signal;
  static const char message[] = "pairs: took too long: ";
  if (write(2, message, sizeof message - 1) < 0 || write(2, running, strlen(running)) < 0 || write(2, "\n", 1) < 0) {}
  _exit(2);
}

/* Runs one command; its time from spawn to reaping. */
static double run(const char *command, int number, int error_log, struct rusage *usage) {
  char line[8192], *words[MOST_WORDS], *rest;
  size_t length = 0, count = 0;
  for (const char *c = command; *c && length < sizeof line - 16; c++) {
    if (*c == '@') length += (size_t)sprintf(line + length, "%d", number);
    else line[length++] = *c;
  }
  line[length] = 0;
  for (char *word = strtok_r(line, " ", &rest); word && count < MOST_WORDS - 1; word = strtok_r(NULL, " ", &rest)) words[count++] = word;
  words[count] = NULL;

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, error_log, 2);
  pid_t pid;
  int status;
  double start = now();
  int error = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
  if (error) {
    fprintf(stderr, "pairs: %s: %s\n", words[0], strerror(error));
    exit(2);
  }
  while (wait4(pid, &status, 0, usage) < 0 && errno == EINTR) {}
  double took = now() - start;
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) {
    char text[2048];
    ssize_t n = pread(error_log, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = 0;
    fprintf(stderr, "pairs: number %d: '%s' ended with status %d: %s\n", number, command, WEXITSTATUS(status), text);
    exit(2);
  }
  if (ftruncate(error_log, 0) == 0) lseek(error_log, 0, SEEK_SET);
  return took;
}

/* Waits until that process has ended, with whatever else has; their CPU in ms. */
static double await_end(const char *pid_file) {
  int awaited = 0;
  FILE *file = fopen(pid_file, "r");
  if (!file || fscanf(file, "%d", &awaited) != 1) {
    fprintf(stderr, "pairs: no pid in %s\n", pid_file);
    exit(2);
  }
  fclose(file);
  double cpu = 0;
  for (;;) {
    struct rusage usage;
    pid_t ended = wait4(-1, NULL, 0, &usage);
    if (ended < 0 && errno == EINTR) continue;
    if (ended < 0) return cpu; /* no child of ours: the caller of pairs has set a subreaper of its own */
    cpu += cpu_of(&usage);
    if (ended == awaited) return cpu;
  }
}

/* One of those that do a row of commands at once: takes the next number until all are taken. */
static void work(const struct series *s, atomic_int *taken, int first) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  int error_log = memfd_create("stderr", MFD_CLOEXEC);
  struct rusage usage;
  for (int i; (i = atomic_fetch_add(taken, 1)) < s->times;) {
    char commands[8192], *rest;
    snprintf(commands, sizeof commands, "%s", s->commands);
    for (char *command = strtok_r(commands, ";", &rest); command; command = strtok_r(NULL, ";", &rest)) {
      running = command;
      alarm(MOST_SECONDS);
      if (strchr(command, '!')) while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {}
      else run(command, first + i, error_log, &usage);
    }
  }
  exit(0);
}

static double run_many(const struct series *s, atomic_int *taken, int first, double *cpu) {
  *taken = 0;
  *cpu = 0;
  double start = now();
  for (int w = 0; w < s->at_once; w++) {
    if (fork() == 0) work(s, taken, first);
  }
  for (int w = 0; w < s->at_once; w++) {
    struct rusage usage;
    int status;
    while (wait4(-1, &status, 0, &usage) < 0 && errno == EINTR) {}
    if (status != 0) exit(2);
    *cpu += cpu_of(&usage);
  }
  return now() - start;
}

static struct series parse(const char *step, int rounds) {
  struct series s = {strdup(step), NULL, calloc((size_t)rounds, sizeof(double)), calloc((size_t)rounds, sizeof(double)), 0, 0, 0};
  int used = 0;
  if (sscanf(step, "%d/%d %n", &s.times, &s.at_once, &used) == 2) s.name += used;
  char *space = strchr(s.name, ' ');
  if (!space) {
    fprintf(stderr, "pairs: no command in '%s'\n", step);
    exit(2);
  }
  *space = 0;
  s.commands = space + 1;
  return s;
}

static void print_spread(double *values, int count) {
  qsort(values, (size_t)count, sizeof *values, ascending);
  printf(" %.3f %.3f %.3f", (values[(count - 1) / 2] + values[count / 2]) / 2, values[count / 10], values[count * 9 / 10]);
}

int main(int argc, char **argv) {
  int rounds = argc > 2 ? atoi(argv[1]) : 0, count = argc - 2;
  if (rounds < 1 || count > MOST_STEPS) {
    fputs("usage: pairs ROUNDS STEP...\n", stderr);
    return 2;
  }
  signal(SIGALRM, too_long);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  int error_log = memfd_create("stderr", MFD_CLOEXEC), number = 0;
  atomic_int *taken = mmap(NULL, sizeof *taken, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  struct series all[MOST_STEPS];
  for (int s = 0; s < count; s++) all[s] = parse(argv[s + 2], rounds);

  for (int round = rounds < 10 ? rounds < 3 ? 0 : -1 : -3; round < rounds; round++, number++) { /* those below 0 warm up */
    for (int i = 0; i < count; i++) {
      struct series *s = &all[i];
      struct rusage usage = {0};
      double wall, cpu;
      running = s->commands;
      alarm(s->times ? MOST_SECONDS_OF_ALL : MOST_SECONDS);
      if (s->name[0] == '!') {
        cpu = await_end(s->commands);
        for (int j = 0; j < count && round >= 0; j++) {
          if (strcmp(all[j].name, s->name + 1) == 0) all[j].cpu[round] += cpu;
        }
        continue;
      }
      if (s->times) {
        wall = run_many(s, taken, number, &cpu);
        number += s->times;
      } else {
        wall = run(s->commands, number, error_log, &usage);
        cpu = cpu_of(&usage);
      }
      if (round >= 0) s->wall[round] = wall, s->cpu[round] = cpu;
      if (usage.ru_maxrss > s->peak) s->peak = usage.ru_maxrss;
    }
  }
  for (int s = 0; s < count; s++) {
    if (all[s].name[0] == '-' || all[s].name[0] == '!') continue;
    printf("%s %d", all[s].name, rounds);
    print_spread(all[s].wall, rounds);
    print_spread(all[s].cpu, rounds);
    printf(" %.1f\n", all[s].peak / 1024.0);
  }
  return 0;
}
