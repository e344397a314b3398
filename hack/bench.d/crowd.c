/* crowd N: N child processes that do nothing, until they are killed. For hack/bench --growth. */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  for (int i = argc > 1 ? atoi(argv[1]) : 0; i > 0; i--) {
    if (fork() == 0) break;
  }
  for (;;) pause();
}
