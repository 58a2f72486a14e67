// SPDX-License-Identifier: GPL-2.0
/*
 * guarded traced|seccomp PROGRAM...: executes it where its clock calls are not to be touched:
 * traced by another process, or with a filter that ends it when it calls clock_gettime(), if it
 * does not always do so on this host.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

/* By which clock source the vDSO needs no call (arch/x86: vdso_clock_mode). */
static bool calls_anyway(void)
{
	FILE *f = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "r");
	char name[32] = "";

	if (f && !fgets(name, sizeof(name), f))
		*name = '\0';
	if (f)
		fclose(f);
	return strncmp(name, "tsc", 3) && strncmp(name, "kvm", 3) && strncmp(name, "hyperv", 6);
}

static int filter(void)
{
	__u32 number = calls_anyway() ? SYS_swapoff : SYS_clock_gettime;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* The tracer; what it traces goes on with this process's number. */
static void trace(pid_t pid)
{
	int status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL))
		_exit(1);
	while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		int signal = status >> 16 ? 0 : WSTOPSIG(status);

		ptrace(PTRACE_CONT, pid, NULL, (void *)(long)signal);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	pid_t self = getpid();

	if (argc < 3)
		return 2;
	if (!strcmp(argv[1], "seccomp") && filter()) {
		perror("seccomp");
		return 1;
	}
	if (!strcmp(argv[1], "traced") && !fork())
		trace(self);
	usleep(200000);
	execv(argv[2], argv + 2);
	perror(argv[2]);
	return 1;
}
