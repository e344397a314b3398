/*
 * pairs: times commands against each other, round by round, so that a noisy machine disturbs all of them alike.
 * Compiled and called by hack/bench.
 *
 *   pairs ROUNDS STEP...      one round does every STEP in this order; a STEP is one word of the shell, one of
 *     'NAME COMMAND...'       runs the command (split at spaces) and takes its time under that name
 *     '- COMMAND...'          runs it without taking its time
 *     '! FILE'                waits until the process whose pid is in that file has ended
 * An @ in a command stands for the round's number. The command's output is thrown away; a command that fails ends
 * everything, and so does one that takes 20 seconds. Prints for each name: rounds, median, 10th and 90th percentile in ms, and the largest peak memory in MB.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MOST_STEPS = 64, MOST_WORDS = 64, WARM_UP = 3, MOST_SECONDS = 20 };

struct series {
  const char *name;
  double *milliseconds;
  long peak; /* KiB */
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
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
static double run(const char *step, int round, int error_log, struct rusage *usage) {
  char line[8192], number[16], *words[MOST_WORDS];
  size_t length = 0, count = 0;
  snprintf(number, sizeof number, "%d", round);
  for (const char *c = step; *c && length < sizeof line - 16; c++) {
    if (*c == '@') length += (size_t)sprintf(line + length, "%s", number);
    else line[length++] = *c;
  }
  line[length] = 0;
  for (char *word = strtok(line, " "); word && count < MOST_WORDS - 1; word = strtok(NULL, " ")) words[count++] = word;
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
    fprintf(stderr, "pairs: round %d: '%s' ended with status %d: %s\n", round, step, WEXITSTATUS(status), text);
    exit(2);
  }
  if (ftruncate(error_log, 0) == 0) lseek(error_log, 0, SEEK_SET);
  return took;
}

/* Waits until that process is gone, or a zombie that nobody has reaped yet. */
static void await_end(const char *pid_file) {
  char path[64], text[512];
  int pid = 0, seen;
  FILE *file = fopen(pid_file, "r");
  if (!file || fscanf(file, "%d", &pid) != 1) {
    fprintf(stderr, "pairs: no pid in %s\n", pid_file);
    exit(2);
  }
  fclose(file);
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  do {
    usleep(200);
    file = fopen(path, "r");
    seen = file && fgets(text, sizeof text, file) && !strstr(text, ") Z ");
    if (file) fclose(file);
  } while (seen);
}

int main(int argc, char **argv) {
  int rounds = argc > 2 ? atoi(argv[1]) : 0;
  if (rounds < 1 || argc - 2 > MOST_STEPS) {
    fputs("usage: pairs ROUNDS STEP...\n", stderr);
    return 2;
  }
  signal(SIGALRM, too_long);
  int error_log = memfd_create("stderr", MFD_CLOEXEC);
  struct series series[MOST_STEPS];
  for (int s = 2; s < argc; s++) {
    char *space = strchr(argv[s], ' ');
    series[s - 2] = (struct series){strndup(argv[s], (size_t)(space - argv[s])), calloc((size_t)rounds, sizeof(double)), 0};
    argv[s] = space + 1;
  }
  for (int round = -WARM_UP; round < rounds; round++) {
    for (int s = 0; s < argc - 2; s++) {
      running = argv[s + 2];
      alarm(MOST_SECONDS);
      if (series[s].name[0] == '!') {
        await_end(argv[s + 2]);
        continue;
      }
      struct rusage usage;
      double took = run(argv[s + 2], round + WARM_UP, error_log, &usage);
      if (round >= 0) series[s].milliseconds[round] = took;
      if (usage.ru_maxrss > series[s].peak) series[s].peak = usage.ru_maxrss;
    }
  }
  for (int s = 0; s < argc - 2; s++) {
    if (series[s].name[0] == '-' || series[s].name[0] == '!') continue;
    qsort(series[s].milliseconds, (size_t)rounds, sizeof(double), ascending);
    printf("%s %d %.3f %.3f %.3f %.1f\n", series[s].name, rounds, series[s].milliseconds[rounds / 2],
           series[s].milliseconds[rounds / 10], series[s].milliseconds[rounds * 9 / 10], series[s].peak / 1024.0);
  }
  return 0;
}
