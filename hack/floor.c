/*
 * floor: what the kernel alone costs for a container of `runc spec`'s default config: the same namespaces, cgroups,
 * mounts, pivot_root, masked and read-only paths, capabilities and exec, with nothing read, checked or remembered.
 * What a runtime takes above that is its own. Compiled and called by hack/bench; needs root and cgroup v1.
 *
 *   floor ROOTFS NAME COMMAND...   runs COMMAND in the root file system ROOTFS, in cgroups of that name; waits for it
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRY(call) \
  do { \
    if ((call) < 0) { \
      fprintf(stderr, "floor: " #call ": %s\n", strerror(errno)); \
      exit(1); \
    } \
  } while (0)

static void write_file(const char *path, const char *text) {
  int file;
  TRY(file = open(path, O_WRONLY | O_CLOEXEC));
  TRY(write(file, text, strlen(text)));
  close(file);
}

enum { MOST_CGROUPS = 32 };
static char cgroups[MOST_CGROUPS][4096];
static int cgroup_count;

/* The cgroups named NAME below the caller's, one for each v1 hierarchy of /proc/self/cgroup. */
static void find_cgroups(const char *name) {
  char line[4096];
  FILE *file = fopen("/proc/self/cgroup", "re");
  while (file && fgets(line, sizeof line, file) && cgroup_count < MOST_CGROUPS) {
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':') + 1, *path = strchr(controllers, ':');
    *path++ = 0;
    if (strncmp(controllers, "name=", 5) == 0) controllers += 5;
    if (*controllers) snprintf(cgroups[cgroup_count++], sizeof cgroups[0], "/sys/fs/cgroup/%.64s%.3000s/%.256s", controllers, path, name);
  }
  if (file) fclose(file);
}

static void copy_cpuset(const char *cgroup, const char *name) {
  char path[8192], text[256];
  snprintf(path, sizeof path, "%s/../%s", cgroup, name);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = file < 0 ? 0 : read(file, text, sizeof text - 1);
  if (file >= 0) close(file);
  text[n > 0 ? n : 0] = 0;
  snprintf(path, sizeof path, "%s/%s", cgroup, name);
  if (n > 0) write_file(path, text);
}

static void enter_cgroups(pid_t pid) {
  static const char *const rules[] = {"c *:* m", "b *:* m", "c 1:3 rwm", "c 1:8 rwm", "c 1:7 rwm", "c 5:0 rwm",
    "c 1:5 rwm", "c 1:9 rwm", "c 136:* rwm", "c 5:2 rwm", "c 10:200 rwm"};
  char path[8192], text[16];
  snprintf(text, sizeof text, "%d", pid);
  for (int i = 0; i < cgroup_count; i++) {
    TRY(mkdir(cgroups[i], 0755));
    if (strstr(cgroups[i], "/cpuset/")) copy_cpuset(cgroups[i], "cpuset.cpus"), copy_cpuset(cgroups[i], "cpuset.mems");
    if (strstr(cgroups[i], "/devices/")) {
      snprintf(path, sizeof path, "%s/devices.deny", cgroups[i]);
      write_file(path, "a");
      snprintf(path, sizeof path, "%s/devices.allow", cgroups[i]);
      for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) write_file(path, rules[r]);
    }
    snprintf(path, sizeof path, "%s/cgroup.procs", cgroups[i]);
    write_file(path, text);
  }
}

static void mount_at(const char *type, const char *target, unsigned long flags, const char *data) {
  if (mkdir(target, 0755) < 0 && errno != EEXIST) TRY(-1);
  TRY(mount(type, target, type, flags, data));
}

static void mount_all(void) {
  const unsigned long plain = MS_NOSUID | MS_NOEXEC | MS_NODEV;
  mount_at("proc", "proc", 0, NULL);
  mount_at("tmpfs", "dev", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
  mount_at("devpts", "dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5");
  mount_at("tmpfs", "dev/shm", plain, "mode=1777,size=65536k");
  mount_at("mqueue", "dev/mqueue", plain, NULL);
  mount_at("sysfs", "sys", plain | MS_RDONLY, NULL);
  mount_at("tmpfs", "sys/fs/cgroup", plain, "mode=755");
  for (int i = 0; i < cgroup_count; i++) {
    char target[512];
    const char *controller = cgroups[i] + strlen("/sys/fs/cgroup/");
    snprintf(target, sizeof target, "sys/fs/cgroup/%.*s", (int)strcspn(controller, "/"), controller);
    TRY(mkdir(target, 0755));
    TRY(mount(cgroups[i], target, NULL, MS_BIND, NULL));
    TRY(mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | plain, NULL));
  }
  TRY(mount(NULL, "sys/fs/cgroup", NULL, MS_REMOUNT | MS_RDONLY | plain, "mode=755"));
}

static void make_devices(void) {
  static const struct { const char *name; int major, minor; } devices[] = {{"dev/null", 1, 3}, {"dev/zero", 1, 5},
    {"dev/full", 1, 7}, {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};
  static const char *const links[][2] = {{"/proc/self/fd", "dev/fd"}, {"/proc/self/fd/0", "dev/stdin"},
    {"/proc/self/fd/1", "dev/stdout"}, {"/proc/self/fd/2", "dev/stderr"}, {"pts/ptmx", "dev/ptmx"}};
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
    TRY(mknod(devices[i].name, S_IFCHR | 0666, (dev_t)(devices[i].major << 8 | devices[i].minor)));
  }
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) TRY(symlink(links[i][0], links[i][1]));
}

static void hide(void) {
  static const char *const readonly[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  static const char *const masked[] = {"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
    "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"};
  for (size_t i = 0; i < sizeof readonly / sizeof *readonly; i++) {
    if (mount(readonly[i], readonly[i], NULL, MS_BIND | MS_REC, NULL) < 0) continue;
    TRY(mount(NULL, readonly[i], NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL));
  }
  for (size_t i = 0; i < sizeof masked / sizeof *masked; i++) {
    if (mount("/dev/null", masked[i], NULL, MS_BIND, NULL) == 0 || errno == ENOENT) continue;
    TRY(mount("tmpfs", masked[i], "tmpfs", MS_RDONLY, "size=0k"));
  }
}

static void restrict_self(void) {
  const unsigned long kept = 1ul << CAP_AUDIT_WRITE | 1ul << CAP_KILL | 1ul << CAP_NET_BIND_SERVICE;
  struct rlimit files = {1024, 1024};
  TRY(setrlimit(RLIMIT_NOFILE, &files));
  for (unsigned long c = 0; c < 64; c++) {
    if (!(kept >> c & 1) && prctl(PR_CAPBSET_DROP, c) < 0) break;
  }
  TRY(setgroups(0, NULL));
  TRY(setresgid(0, 0, 0));
  TRY(setresuid(0, 0, 0));
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{(unsigned)kept, (unsigned)kept, (unsigned)kept}, {0, 0, 0}};
  TRY(syscall(SYS_capset, &header, data));
  for (unsigned long c = 0; c < 64; c++) {
    if (kept >> c & 1) TRY(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, c, 0, 0));
  }
  TRY(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

static void contain(const char *rootfs, char **command, int entered) {
  char byte;
  TRY(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL));
  TRY(mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL));
  TRY(chdir(rootfs));
  if (read(entered, &byte, 1) != 1) exit(1);
  mount_all();
  make_devices();
  TRY(syscall(SYS_pivot_root, ".", "."));
  TRY(umount2(".", MNT_DETACH));
  TRY(chdir("/"));
  TRY(sethostname("runc", 4));
  TRY(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
  hide();
  restrict_self();
  char *environment[] = {"PATH=/bin", "TERM=xterm", NULL};
  execve(command[0], command, environment);
  TRY(-1);
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fputs("usage: floor ROOTFS NAME COMMAND...\n", stderr);
    return 2;
  }
  int entered[2], status;
  TRY(pipe2(entered, O_CLOEXEC));
  find_cgroups(argv[2]);
  long pid = syscall(SYS_clone, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | SIGCHLD, 0, 0, 0, 0);
  TRY(pid);
  if (pid == 0) contain(argv[1], argv + 3, entered[0]);
  enter_cgroups((pid_t)pid);
  TRY(write(entered[1], "", 1));
  TRY(waitpid((pid_t)pid, &status, 0));
  for (int i = 0; i < cgroup_count; i++) TRY(rmdir(cgroups[i]));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
