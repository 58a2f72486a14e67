// SPDX-License-Identifier: GPL-2.0
#include "kernel/tidy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/privileges.h"
#include "target/cgroup.h"

#define MAX_NOTES 512

/* Written by jinx alone, before what it says is done. */
struct note {
	bool used;
	struct tc filter;
};

static struct note *notes; /* NULL: it does not run */
static int life = -1;

static bool is_kept(int fd, int end, const struct netns_set *const *sets, unsigned int n)
{
	for (unsigned int k = 0; k < n; k++)
		for (unsigned int i = 0; sets[k] && i < sets[k]->n; i++)
			if (sets[k]->all[i].netlink == fd)
				return true;
	return fd == end;
}

/* What jinx has open must end with jinx; the numbers of the sockets stand in the notes. */
static void close_others(int end, const struct netns_set *const *sets, unsigned int n)
{
	int most = sysconf(_SC_OPEN_MAX), last = 0;

	for (int fd = 0; fd < most; fd++) {
		if (!is_kept(fd, end, sets, n))
			continue;
		if (fd > last)
			(void)close_range(last, fd - 1, 0);
		last = fd + 1;
	}
	(void)close_range(last, ~0u, 0);
}

static _Noreturn void serve(int end, const struct netns_set *const *sets, unsigned int n)
{
	struct pollfd p = {.fd = end};
	const char *mount = cgroup_mount();
	sigset_t all;

	setsid();
	prctl(PR_SET_NAME, "device-tidy");
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (mount)
		(void)cgroup_leave(mount);
	close_others(end, sets, n);
	if (privileges_drop(PRIVILEGE(NET_ADMIN)) || chdir("/"))
		_exit(1);
	while (poll(&p, 1, -1) < 1 || !(p.revents & (POLLHUP | POLLERR)))
		;
	for (unsigned int i = 0; i < MAX_NOTES; i++)
		if (__atomic_load_n(&notes[i].used, __ATOMIC_ACQUIRE))
			tc_detach(&notes[i].filter);
	_exit(0);
}

/* Of nobody's, so that it is not ended with jinx's processes. */
static void fork_orphan(int end, const struct netns_set *const *sets, unsigned int n)
{
	pid_t child = fork();

	if (child == 0)
		serve(end, sets, n);
	_exit(child < 0 ? 1 : 0);
}

int tidy_start(const struct netns_set *const *sets, unsigned int n)
{
	int ends[2], status = 0;
	pid_t child;

	notes = mmap(NULL, MAX_NOTES * sizeof(*notes), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (notes == MAP_FAILED || pipe2(ends, O_CLOEXEC)) {
		notes = NULL;
		return -errno;
	}
	life = ends[1];
	child = fork();
	if (child == 0) {
		close(life);
		fork_orphan(ends[0], sets, n);
	}
	close(ends[0]);
	if (child < 0)
		return -errno;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EAGAIN;
}

void tidy_end(void)
{
	if (life >= 0)
		close(life);
	life = -1;
	if (notes)
		munmap(notes, MAX_NOTES * sizeof(*notes));
	notes = NULL;
}

int tidy_note(const struct tc *t)
{
	for (int i = 0; notes && i < MAX_NOTES; i++) {
		if (notes[i].used)
			continue;
		notes[i].filter = *t;
		notes[i].filter.note = -1;
		__atomic_store_n(&notes[i].used, true, __ATOMIC_RELEASE);
		return i;
	}
	return -1;
}

void tidy_made_clsact(int note)
{
	if (notes && note >= 0)
		notes[note].filter.made_clsact = true;
}

void tidy_forget(int note)
{
	if (notes && note >= 0)
		__atomic_store_n(&notes[note].used, false, __ATOMIC_RELEASE);
}
