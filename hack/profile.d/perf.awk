# Turns `perf script -F comm,ip,sym,dso` with call chains into a table of what CPU was spent on: a system call, a page
# fault, or code of the loader, the image, the C library; of the
# processes of that name only. Variables: runs, command, runtime (the name).
function kind(   i, fault) {
  for (i = 1; i <= frames; i++) {
    if (match(frame[i], /__(x64|ia32|arm64)_sys_[a-z0-9_]+/)) return "system call " substr(frame[i], RSTART + 10, RLENGTH - 10)
    if (frame[i] ~ /exc_page_fault/) fault = 1
  }
  if (fault) return "page faults"
  if (frame[1] ~ /kernel|vmlinux|\[k\]/) return "kernel: interrupts, scheduling, exit"
  if (frame[1] ~ /ld-linux|ld-musl/) return "code: loader"
  if (frame[1] ~ /libc[.-]/) return "code: C library"
  return "code: executable"
}
function flush() { if (frames && ours) { samples[kind()]++; total++ } frames = 0 }
/^[^ \t]/ { flush(); ours = index($0, substr(runtime, 1, 15)) == 1; next }
/^[ \t]+[0-9a-f]+ / { frame[++frames] = $0 }
END {
  flush()
  printf "%s: CPU by perf, %d samples of %d runs\n\n%8s %7s  %s\n", command, total, runs, "samples", "share", "spent on"
  for (k in samples) printf "%8d %6.1f%%  %s\n", samples[k], 100 * samples[k] / total, k | "sort -rn"
}
