# Turns `strace -f -ttt -y` of a runtime's command into a table of phases. A call belongs to the phase that it is the
# mark of, else to the phase of the call before it in the same process; a phase's time is from each of its calls to the
# process's next. A process that waits for the other is counted apart: the time is the other's.
function enter(p, name) { phase[p] = name }
# Whether that is a look at a folder above the mount of this phase, or part of the cgroup mount.
function inside(name, target) {
  name = substr(name, 7) "/"
  return index(name, target "/") == 1 || name == "/sys/fs/cgroup/" && index(target, name) == 1
}
function caller(p, text) {
  if (text ~ /^execve(at)?\(/) enter(p, ++execs[p] == 1 ? "loader" : "loader, of the sealed copy")
  else if (text ~ /^munmap\(/ && phase[p] ~ /^loader/) next_phase[p] = execs[p] == 1 ? "image start" : "image start, of the sealed copy"
  else if (text ~ /"\/proc\/self\/(cmdline|exe)"/ && phase[p] == "image start") enter(p, "sealed copy of the executable")
  # Asked twice: before the image starts, and by its main.
  else if (text ~ /"\/proc\/self\/exe"/ && phase[p] ~ /^image start/ && ++asked[p] == 2) enter(p, "command line")
  else if (text ~ /^wait4\(-1, \[\{WIF/) enter(p, "end: delete, give back the exit status")
  else if (phase[p] ~ /^end/) return
  else if (text ~ /\/config\.json/ && text !~ /O_WRONLY/) enter(p, "config: read, parse, validate")
  else if (text ~ /^clone3?\(|^fork|^vfork/) enter(p, "clone")
  else if (text ~ /^(socketpair|bind|listen|connect|socket|sendto|recvfrom|sendmsg|recvmsg)\(/) enter(p, "handshake")
  else if (text ~ /\/sys\/fs\/cgroup\/.*(mkdir|_WRONLY|O_PATH|limit)|^mkdirat\(.*"\/sys\/fs\/cgroup/) enter(p, "cgroups: make, set")
  else if (text ~ /state\.json|flock\(/) enter(p, "state")
  else if (text ~ /^(prctl\(PR_SET_CHILD_SUBREAPER|rt_sigaction\(SIGCHLD|signalfd4|geteuid)/) enter(p, "plan: signals, facts of the host")
  else if (text ~ /^mkdirat\(|O_PATH\|O_DIRECTORY/ && phase[p] ~ /^(plan|command line)/) enter(p, "state")
}
function container(p, text,   target) {
  if (text ~ /^execve(at)?\(/) enter(p, "exec")
  else if (phase[p] == "exec" || phase[p] == "container's program") { if (text !~ /^close/) enter(p, "container's program") }
  else if (text ~ /\/(tasks|cgroup\.procs)>?"/) enter(p, "cgroups: enter")
  else if (text ~ /^(setsid|keyctl|sched_setaffinity)/) enter(p, "session, keyring, affinity")
  else if (text ~ /^setns/) enter(p, "namespaces: join")
  else if (text ~ /AF_INET|AF_NETLINK/) enter(p, "network: loopback up")
  else if (text ~ /^mount\(NULL, "\/", NULL, MS_REC/) enter(p, "root file system")
  else if (text ~ /^pivot_root/) { pivoted = 1; enter(p, "pivot_root") }
  else if (text ~ /^(mknod|symlink)/) enter(p, "devices")
  else if (text ~ /^sethostname|^setdomainname/) enter(p, "hostname")
  else if (text ~ /^dup3|^fchown|^fstat\([012]</) enter(p, "standard streams")
  else if (text ~ /etc\/(passwd|group)|^chdir\(|^getcwd/ && (pivoted || phase[p] !~ /^root/)) enter(p, "user, working folder")
  else if (text ~ /^prlimit|^setrlimit/) enter(p, "rlimits")
  else if (text ~ /CAPBSET|KEEPCAPS|^setres|^setgroups|^capset|CAP_AMBIENT/) enter(p, "capabilities, ids")
  else if (text ~ /^seccomp|PR_SET_SECCOMP/) enter(p, "seccomp")
  else if (text ~ /^(newfstatat|faccessat2)\(AT_FDCWD/ && phase[p] ~ /^(capabilities|seccomp|user|exec)/) enter(p, "exec: find the program")
  else if (text ~ /^(sendto|recvfrom|accept4|sendmsg|recvmsg)\(/) enter(p, "handshake")
  else if (text ~ /RESOLVE_IN_ROOT/ && match(text, /"[^"]*"/)) {
    target = "/" substr(text, RSTART + 1, RLENGTH - 2)
    if (pivoted) enter(p, "masked and read-only paths")
    else if (phase[p] !~ /^devices/ && !inside(phase[p], target)) enter(p, "mount " target)
  }
}
{
  p = $1; at = $2 * 1e6
  text = substr($0, index($0, $2) + length($2) + 1)
  if (text ~ /^(\+\+\+|---)/) { if (text ~ /^\+\+\+/ && p in since) { time[row[p]] += at - since[p]; delete since[p] } next }
  if (!(p in role)) { role[p] = NR == 1 ? "caller" : "container"; phase[p] = NR == 1 ? "loader" : "clone" }
  if (p in since) time[row[p]] += at - since[p]
  since[p] = at
  if (text ~ /^<\.\.\. /) { if (row[p] ~ /waits/) row[p] = role[p] SUBSEP phase[p]; next }
  if (role[p] == "caller") caller(p, text); else container(p, text)
  row[p] = role[p] SUBSEP phase[p]
  if (text ~ /^(recvfrom|recvmsg|ppoll|poll|wait4|waitid|accept4)\(.*<unfinished/) row[p] = role[p] SUBSEP "(waits for the other process)"
  if (!(row[p] in calls)) order[++rows] = row[p]
  calls[row[p]]++
  if (text ~ /\) += -1 E/) failed[row[p]]++
  if (next_phase[p] != "") { phase[p] = next_phase[p]; next_phase[p] = "" }
}
END {
  for (i = 1; i <= rows; i++) if (order[i] !~ /waits/) { total += time[order[i]]; all += calls[order[i]] }
  printf "%s under strace: %d calls, %.1f ms of both processes\n\n%-10s %-42s %6s %6s %9s %7s\n", command, all, total / 1000, "process", "phase", "calls", "failed", "µs", "share"
  for (i = 1; i <= rows; i++) {
    split(order[i], part, SUBSEP)
    printf "%-10s %-42s %6d %6s %8d", part[1], part[2], calls[order[i]], failed[order[i]] ? failed[order[i]] : "", time[order[i]]
    if (order[i] !~ /waits/) printf " %6.1f%%", 100 * time[order[i]] / total
    print ""
  }
}
