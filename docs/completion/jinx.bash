# Completion of jinx for bash; for zsh by bashcompinit. Made by `make docs` of the rows in the program.
_jinx()
{
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} options operands files calls i
	if [ "$COMP_CWORD" = 1 ]; then
		COMPREPLY=($(compgen -W "run check suite gameday new doctor fail delay drop kill pause partition shape exhaust restrict hang suspend leak dns respond reset jitter corrupt skew observe history compare report ps top stop list --help --version" -- "$word"))
		return
	fi
	# what follows -- is a command's
	for ((i = 2; i < COMP_CWORD; i++)); do
		if [ "${COMP_WORDS[i]}" = -- ]; then COMPREPLY=($(compgen -c -f -- "$word")); return; fi
	done
	calls="%file %desc %network %memory %process %ipc %signal %sync %newfd open creat openat openat2 close close_range dup dup2 dup3 read write pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 sendfile splice copy_file_range vmsplice tee lseek readahead fadvise64 fallocate getdents getdents64 fsync fdatasync sync_file_range syncfs truncate ftruncate chmod chown lchown fchmod fchown fchmodat fchownat utime utimes futimesat utimensat stat lstat fstat newfstatat statx statfs fstatfs access faccessat faccessat2 readlink readlinkat getcwd chdir chroot fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat mknod mknodat getxattr lgetxattr fgetxattr setxattr lsetxattr fsetxattr listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr fcntl ioctl flock pipe pipe2 poll select ppoll pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2 signalfd signalfd4 timerfd_create timerfd_settime timerfd_gettime inotify_init inotify_init1 inotify_add_watch inotify_rm_watch fanotify_init fanotify_mark memfd_create memfd_secret userfaultfd name_to_handle_at open_by_handle_at socket socketpair bind listen connect accept accept4 shutdown sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg getsockname getpeername getsockopt setsockopt mmap mprotect pkey_mprotect pkey_alloc pkey_free brk mremap munmap madvise msync mincore mlock mlock2 munlock mlockall munlockall remap_file_pages mbind set_mempolicy get_mempolicy migrate_pages move_pages process_madvise process_mrelease process_vm_readv process_vm_writev membarrier fork vfork clone clone3 execve execveat wait4 waitid pidfd_open pidfd_getfd unshare setns prctl arch_prctl ptrace seccomp getpid gettid getppid getuid geteuid getgid getegid getpgid setpgid getsid setsid getpgrp setuid setgid setreuid setregid setresuid setresgid getresuid getresgid setgroups getgroups capget capset getpriority setpriority getrlimit setrlimit prlimit64 getrusage sched_yield sched_setaffinity sched_setscheduler sched_setparam sched_setattr sched_getaffinity sched_getscheduler sched_getparam sched_getattr sched_rr_get_interval sched_get_priority_max sched_get_priority_min ioprio_set ioprio_get set_tid_address kill tkill tgkill rt_sigaction rt_sigprocmask rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal pause nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday times clock_settime settimeofday adjtimex clock_adjtime time alarm getitimer setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete futex futex_waitv semget semctl semop semtimedop shmget shmctl shmdt shmat msgget msgctl msgsnd msgrcv mq_open mq_timedsend mq_timedreceive mq_notify mq_getsetattr mq_unlink io_setup io_destroy io_submit io_getevents io_pgetevents io_cancel io_uring_setup io_uring_enter io_uring_register mount umount2 pivot_root fsopen fsconfig fsmount open_tree move_mount mount_setattr fspick getrandom uname sysinfo syslog sethostname bpf perf_event_open quotactl quotactl_fd sync "
	case ${COMP_WORDS[1]} in
	run)
		case $previous in
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--pid) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--repeat) COMPREPLY=(); return ;;
		--baseline) COMPREPLY=(); return ;;
		--threshold) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		--set) COMPREPLY=(); return ;;
		--scale) COMPREPLY=(); return ;;
		--preset) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --cgroup --unit --container --pod --pid --json --report --junit --tap --markdown --history --no-history --namespace --label --repeat --baseline --threshold --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --keep --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host --trust --set --scale --preset"
		operands=""
		files=yes ;;
	check)
		case $previous in
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--pid) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		--set) COMPREPLY=(); return ;;
		--scale) COMPREPLY=(); return ;;
		--preset) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --cgroup --unit --container --pod --pid --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host --trust --set --scale --preset --json"
		operands=""
		files=yes ;;
	suite)
		case $previous in
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--repeat) COMPREPLY=(); return ;;
		--baseline) COMPREPLY=(); return ;;
		--threshold) COMPREPLY=(); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		--set) COMPREPLY=(); return ;;
		--scale) COMPREPLY=(); return ;;
		--tag) COMPREPLY=(); return ;;
		--jobs) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --history --no-history --namespace --label --repeat --baseline --threshold --show-commands --keep --prove --junit --json --figures --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host --trust --set --scale --tag --long --jobs --keep-going"
		operands=""
		files=yes ;;
	gameday)
		case $previous in
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		--set) COMPREPLY=(); return ;;
		--scale) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --history --no-history --namespace --label --show-commands --keep --junit --json --figures --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host --trust --set --scale --yes"
		operands=""
		files=yes ;;
	new)
		case $previous in
		*) ;;
		esac
		options="--help"
		operands=""
		files= ;;
	doctor)
		case $previous in
		*) ;;
		esac
		options="--help --json"
		operands=""
		files= ;;
	fail)
		case $previous in
		--errno) COMPREPLY=(); return ;;
		--at) COMPREPLY=($(compgen -W "entry exit" -- "$word")); return ;;
		--where) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--after-bytes) COMPREPLY=(); return ;;
		--open-fds) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--pid) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --errno --at --where --everyone --for --chance --after --after-bytes --open-fds --every --limit --rate --per --ramp --burst --seed --expect --guard --cgroup --unit --container --pod --pid --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands="$calls"
		files= ;;
	delay)
		case $previous in
		--by) COMPREPLY=(); return ;;
		--at) COMPREPLY=($(compgen -W "entry exit" -- "$word")); return ;;
		--where) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--after-bytes) COMPREPLY=(); return ;;
		--open-fds) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--pid) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --by --at --where --interruptible --for --chance --after --after-bytes --open-fds --every --limit --rate --per --ramp --burst --seed --expect --guard --cgroup --unit --container --pod --pid --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands="$calls"
		files= ;;
	drop)
		case $previous in
		--where) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --egress --ingress --where --visible --for --chance --after --every --limit --rate --per --ramp --burst --seed --expect --guard --cgroup --unit --container --pod --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	kill)
		case $previous in
		--signal) COMPREPLY=(); return ;;
		--on) COMPREPLY=($(compgen -W "$calls" -- "$word")); return ;;
		--at) COMPREPLY=($(compgen -W "entry exit" -- "$word")); return ;;
		--to) COMPREPLY=(); return ;;
		--where) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--after-bytes) COMPREPLY=(); return ;;
		--open-fds) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--hazard) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--pid) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --signal --on --at --to --where --for --chance --after --after-bytes --open-fds --every --limit --rate --per --ramp --hazard --burst --seed --expect --guard --cgroup --unit --container --pod --pid --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	pause)
		case $previous in
		--for) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --for --burst --seed --expect --guard --cgroup --unit --container --pod --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	partition)
		case $previous in
		--with) COMPREPLY=(); return ;;
		--where) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --with --where --for --chance --after --every --limit --rate --per --ramp --burst --seed --expect --guard --cgroup --unit --container --pod --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	shape)
		case $previous in
		--as) COMPREPLY=(); return ;;
		--where) COMPREPLY=(); return ;;
		--direction) COMPREPLY=($(compgen -W "egress ingress both" -- "$word")); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --as --where --direction --for --chance --after --every --limit --rate --per --ramp --burst --seed --expect --guard --cgroup --unit --container --pod --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	exhaust)
		case $previous in
		--memory) COMPREPLY=(); return ;;
		--cpu) COMPREPLY=(); return ;;
		--disk) COMPREPLY=(); return ;;
		--cores) COMPREPLY=(); return ;;
		--ramp-up) COMPREPLY=(); return ;;
		--leave) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --memory --cpu --disk --cores --ramp-up --leave --survive --for --burst --seed --expect --guard --cgroup --unit --container --pod --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	restrict)
		case $previous in
		--memory-max) COMPREPLY=(); return ;;
		--memory-high) COMPREPLY=(); return ;;
		--cpu-max) COMPREPLY=(); return ;;
		--pids-max) COMPREPLY=(); return ;;
		--io-disk) COMPREPLY=(); return ;;
		--read-max) COMPREPLY=(); return ;;
		--write-max) COMPREPLY=(); return ;;
		--reads-max) COMPREPLY=(); return ;;
		--writes-max) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --memory-max --memory-high --cpu-max --pids-max --io-disk --read-max --write-max --reads-max --writes-max --for --burst --seed --expect --guard --cgroup --unit --container --pod --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	hang)
		case $previous in
		--where) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--after-bytes) COMPREPLY=(); return ;;
		--open-fds) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--pid) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --where --for --chance --after --after-bytes --open-fds --every --limit --rate --per --ramp --burst --seed --expect --guard --cgroup --unit --container --pod --pid --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands="$calls"
		files= ;;
	suspend)
		case $previous in
		--to) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--hazard) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --to --for --limit --hazard --burst --seed --expect --guard --cgroup --unit --container --pod --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	leak)
		case $previous in
		--where) COMPREPLY=(); return ;;
		--fds) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--after-bytes) COMPREPLY=(); return ;;
		--open-fds) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--pid) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --where --fds --for --chance --after --after-bytes --open-fds --every --rate --per --ramp --burst --seed --expect --guard --cgroup --unit --container --pod --pid --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	dns)
		case $previous in
		--queries) COMPREPLY=(); return ;;
		--where) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --queries --where --for --chance --after --every --limit --rate --per --ramp --burst --seed --expect --guard --cgroup --unit --container --pod --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	respond)
		case $previous in
		--answers) COMPREPLY=(); return ;;
		--where) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --answers --where --for --chance --after --every --limit --rate --per --ramp --burst --seed --expect --guard --cgroup --unit --container --pod --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	reset)
		case $previous in
		--where) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--hazard) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --where --for --limit --hazard --burst --seed --expect --guard --cgroup --unit --container --pod --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	jitter)
		case $previous in
		--up-to) COMPREPLY=(); return ;;
		--on) COMPREPLY=($(compgen -W "$calls" -- "$word")); return ;;
		--where) COMPREPLY=(); return ;;
		--preempt) COMPREPLY=(); return ;;
		--priorities) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--after-bytes) COMPREPLY=(); return ;;
		--open-fds) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--pid) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --up-to --on --where --preempt --one-core --priorities --for --chance --after --after-bytes --open-fds --every --limit --rate --per --ramp --burst --seed --expect --guard --cgroup --unit --container --pod --pid --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	corrupt)
		case $previous in
		--how) COMPREPLY=(); return ;;
		--where) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--chance) COMPREPLY=(); return ;;
		--after) COMPREPLY=(); return ;;
		--after-bytes) COMPREPLY=(); return ;;
		--open-fds) COMPREPLY=(); return ;;
		--every) COMPREPLY=(); return ;;
		--limit) COMPREPLY=(); return ;;
		--rate) COMPREPLY=(); return ;;
		--per) COMPREPLY=($(compgen -W "target call task" -- "$word")); return ;;
		--ramp) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--pid) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --how --where --for --chance --after --after-bytes --open-fds --every --limit --rate --per --ramp --burst --seed --expect --guard --cgroup --unit --container --pod --pid --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands="$calls"
		files= ;;
	skew)
		case $previous in
		--clock) COMPREPLY=(); return ;;
		--for) COMPREPLY=(); return ;;
		--burst) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--events) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--event-buffer) COMPREPLY=(); return ;;
		--record) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--dry-run) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--max-chance) COMPREPLY=(); return ;;
		--max-injections) COMPREPLY=(); return ;;
		--unprotect) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		--max-delay) COMPREPLY=(); return ;;
		--max-spin) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --clock --for --burst --seed --expect --guard --cgroup --unit --container --pod --json --report --junit --tap --markdown --history --no-history --namespace --label --events --event-buffer --record --replay --dry-run --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --max-chance --max-injections --unprotect --mechanisms --max-delay --max-spin --host"
		operands=""
		files= ;;
	observe)
		case $previous in
		--for) COMPREPLY=(); return ;;
		--seed) COMPREPLY=(); return ;;
		--expect) COMPREPLY=(); return ;;
		--guard) COMPREPLY=(); return ;;
		--cgroup) COMPREPLY=(); return ;;
		--unit) COMPREPLY=(); return ;;
		--container) COMPREPLY=(); return ;;
		--pod) COMPREPLY=(); return ;;
		--pid) COMPREPLY=(); return ;;
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--label) COMPREPLY=(); return ;;
		--exit-code) COMPREPLY=(); return ;;
		--inconclusive) COMPREPLY=(); return ;;
		--metrics) COMPREPLY=(); return ;;
		--metrics-token) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--metrics-linger) COMPREPLY=(); return ;;
		--otlp) COMPREPLY=(); return ;;
		--ready-fd) COMPREPLY=(); return ;;
		--debug) COMPREPLY=(); return ;;
		--mechanisms) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --for --seed --expect --guard --cgroup --unit --container --pod --pid --json --report --junit --tap --markdown --history --no-history --namespace --label --exit-code --inconclusive --show-commands --metrics --metrics-token --metrics-linger --otlp --ready-fd --quiet --debug --mechanisms --host"
		operands="$calls"
		files= ;;
	history)
		case $previous in
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--last) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --history --namespace --last --json"
		operands=""
		files= ;;
	compare)
		case $previous in
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		--threshold) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --history --namespace --threshold --json"
		operands=""
		files= ;;
	report)
		case $previous in
		--json) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--report) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--junit) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--tap) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--markdown) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--history) COMPREPLY=($(compgen -f -- "$word")); return ;;
		--namespace) COMPREPLY=(); return ;;
		*) ;;
		esac
		options="--help --json --report --junit --tap --markdown --history --namespace"
		operands=""
		files= ;;
	ps)
		case $previous in
		*) ;;
		esac
		options="--help --json"
		operands=""
		files= ;;
	top)
		case $previous in
		*) ;;
		esac
		options="--help"
		operands=""
		files= ;;
	stop)
		case $previous in
		*) ;;
		esac
		options="--help --all"
		operands=""
		files= ;;
	list)
		case $previous in
		*) ;;
		esac
		options="--help --json"
		operands="points faults groups mechanisms keys presets options        schema report-schema hook-schema gameday-schema        reference manual scenario-manual bash-completion zsh-completion"
		files= ;;
	*) return ;;
	esac
	case $word in
	-*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
	*)
		COMPREPLY=($(compgen -W "$operands" -- "$word"))
		if [ -n "$files" ]; then COMPREPLY+=($(compgen -f -- "$word")); fi ;;
	esac
}
complete -o filenames -F _jinx jinx
