# Prints linux.seccomp of a profile of the shape and the size of Docker's default: reads asm/unistd_64.h, allows every
# call of it but those that Docker's documentation names as refused to a container without capabilities ("Significant
# syscalls blocked by the default profile"), and the same few by their arguments.
BEGIN {
  split("acct add_key bpf clock_adjtime clock_settime create_module delete_module finit_module fsconfig fsmount fsopen " \
    "fspick get_kernel_syms get_mempolicy init_module ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie mbind " \
    "mount mount_setattr move_mount move_pages nfsservctl open_by_handle_at open_tree perf_event_open pivot_root " \
    "process_vm_readv process_vm_writev ptrace query_module quotactl quotactl_fd reboot request_key set_mempolicy setdomainname " \
    "sethostname setns settimeofday stime swapoff swapon sysfs _sysctl syslog umount2 unshare uselib userfaultfd ustat vhangup " \
    "vserver io_uring_enter io_uring_register io_uring_setup fanotify_init chroot migrate_pages set_mempolicy_home_node " \
    "personality socket clone clone3", list, " ")
  for (i in list) refused[list[i]]
}
/define __NR_/ { sub(/__NR_/, "", $2); if (!($2 in refused)) names = names (names == "" ? "" : ",") "\"" $2 "\"" }
function argument(index_, value, op, more) {
  return "\"args\":[{\"index\":" index_ ",\"value\":" value "," more "\"op\":\"" op "\"}]"
}
function rule(name, action, rest) { return ",{\"names\":[\"" name "\"],\"action\":\"" action "\"" (rest == "" ? "" : ",") rest "}" }
END {
  allow = "SCMP_ACT_ALLOW"
  printf "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,"
  printf "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"],\"syscalls\":[{\"names\":[%s],\"action\":\"%s\"}", names, allow
  printf "%s", rule("socket", allow, argument(0, 40, "SCMP_CMP_NE"))
  split("0 8 131072 131080 4294967295", personas, " ")
  for (i = 1; i <= 5; i++) printf "%s", rule("personality", allow, argument(0, personas[i], "SCMP_CMP_EQ"))
  printf "%s", rule("clone", allow, argument(0, 2114060288, "SCMP_CMP_MASKED_EQ", "\"valueTwo\":0,"))
  printf "%s", rule("clone3", "SCMP_ACT_ERRNO", "\"errnoRet\":38")
  print "]},"
}
