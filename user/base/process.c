// SPDX-License-Identifier: GPL-2.0
#include "base/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

#define PF_KTHREAD 0x00200000 /* include/linux/sched.h */

/* What follows the name in /proc/PID/stat: the state, the parent and so on. False: gone. */
static bool read_stat(pid_t pid, pid_t *ret_parent, unsigned int *ret_flags)
{
	char path[64], line[512] = "";
	_cleanup_file_ FILE *f = NULL;
	const char *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	/* The name may hold blanks and brackets, but its end is the last bracket. */
	end = f && fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	return end && sscanf(end + 1, " %*c %d %*d %*d %*d %*d %u", ret_parent, ret_flags) == 2;
}

static pid_t parent_of(pid_t pid)
{
	unsigned int flags;
	pid_t parent;

	return read_stat(pid, &parent, &flags) ? parent : 0;
}

void process_end(pid_t pid, int pidfd, int ms)
{
	struct pollfd fd = {.fd = pidfd, .events = POLLIN};

	if (pidfd < 0 || poll(&fd, 1, ms) != 1)
		kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

bool process_is_kernels(pid_t pid)
{
	unsigned int flags;
	pid_t parent;

	return read_stat(pid, &parent, &flags) && flags & PF_KTHREAD;
}

int process_ancestors(pid_t *ret, int max)
{
	int n = 0;

	for (pid_t p = getpid(); p > 1 && n < max - 1; p = parent_of(p))
		ret[n++] = p;
	ret[n++] = 1;
	return n;
}

bool process_has_ended(int pidfd)
{
	struct pollfd fd = {.fd = pidfd, .events = POLLIN};

	return poll(&fd, 1, 0) == 1;
}

uint64_t monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

int process_oom_score(void)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/oom_score_adj", "re");
	int score;

	return f && fscanf(f, "%d", &score) == 1 ? score : 0;
}

void process_set_oom_score(int score)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/oom_score_adj", "we");

	if (f)
		fprintf(f, "%d\n", score);
}

/* Not a realtime policy: it made delays no more exact, and each wake-up cost more. */
void process_hurry(void)
{
	prctl(PR_SET_TIMERSLACK, 1);
	setpriority(PRIO_PROCESS, 0, -20);
}

/* Where sessions are scheduled as groups a nice value counts only within
 * (kernel/sched/autogroup.c).
 */
void process_be_first(void)
{
	_cleanup_fd_ int group = -1;

	setsid();
	process_hurry();
	group = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
	if (group >= 0 && write(group, "-20", 3) != 3)
		return; /* without the privilege: as it is */
}

/* A number of a thread's status; 0: there is no such thread. */
static pid_t number_of(pid_t tid, const char *format)
{
	_cleanup_file_ FILE *f = NULL;
	char path[64], line[256];
	pid_t number = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f) && sscanf(line, format, &number) != 1)
		;
	return number;
}

pid_t process_of_thread(pid_t tid)
{
	return number_of(tid, "Tgid: %d");
}

pid_t process_parent(pid_t pid)
{
	return number_of(pid, "PPid: %d");
}

uint64_t process_sleeps(pid_t pid)
{
	_cleanup_file_ FILE *f = NULL;
	unsigned long long n = 0;
	char path[64], line[256];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f) &&
		sscanf(line, "voluntary_ctxt_switches: %llu", &n) != 1)
		;
	return n;
}

/* What follows the name in /proc/PID/task/TID/stat, or 0 for TID: in /proc/PID/stat; NULL: gone. */
static const char *stat_of(pid_t pid, pid_t tid, char *line, size_t size)
{
	char path[64];
	_cleanup_file_ FILE *f = NULL;
	const char *end;

	if (tid)
		snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	else
		snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	end = f && fgets(line, size, f) ? strrchr(line, ')') : NULL;
	return end ? end + 1 : NULL;
}

char process_thread_state(pid_t pid, pid_t tid)
{
	char line[512], state;
	const char *rest = stat_of(pid, tid, line, sizeof(line));

	return rest && sscanf(rest, " %c", &state) == 1 ? state : '\0';
}

/* Of the first thread that has not ended; 'Z': all have. */
static char state_of_threads(pid_t pid)
{
	_cleanup_dir_ DIR *dir = NULL;
	char path[64], state = 'Z';

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	for (struct dirent *e; state == 'Z' && dir && (e = readdir(dir));) {
		char of_thread = process_thread_state(pid, atoi(e->d_name));

		if (of_thread && of_thread != 'X')
			state = of_thread;
	}
	return state;
}

char process_look(pid_t pid, uint64_t *ret_started)
{
	char line[512], state;
	const char *rest = stat_of(pid, 0, line, sizeof(line));
	unsigned long long started = 0;

	*ret_started = 0;
	if (!rest || sscanf(rest,
			     " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d "
			     "%*d %*d %*d %llu",
			     &state, &started) != 2)
		return '\0';
	*ret_started = started;
	return state == 'Z' ? state_of_threads(pid) : state;
}

char process_state(pid_t pid)
{
	uint64_t started;

	return process_look(pid, &started);
}

uint64_t process_started(pid_t pid)
{
	uint64_t started;

	(void)process_look(pid, &started);
	return started;
}
