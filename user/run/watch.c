// SPDX-License-Identifier: GPL-2.0
#include "run/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "run/parts.h"
#include "target/cgroup.h"

static uint64_t boottime_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* A small file below a directory; 0 bytes when it isn't there. */
static size_t read_file(int directory, const char *name, char *ret, size_t size)
{
	_cleanup_fd_ int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, size - 1);

	ret[n > 0 ? n : 0] = '\0';
	return n > 0 ? n : 0;
}

/* "key 123\n" of a cgroup's file. */
static bool cgroup_number(int cgroup, const char *file, const char *key, uint64_t *ret)
{
	size_t length = strlen(key);
	char text[4096];

	if (!read_file(cgroup, file, text, sizeof(text)))
		return false;
	for (char *at = text; at && *at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, key, length) && at[length] == ' ') {
			*ret = strtoull(at + length + 1, NULL, 10);
			return true;
		}
	}
	return false;
}

/* Fields of /proc/PID/stat after the name, from the state on. */
static bool process_numbers(pid_t pid, uint64_t *ret_cpu_ns, uint64_t *ret_started_ns)
{
	uint64_t tick = 1000000000ull / sysconf(_SC_CLK_TCK);
	unsigned long long user, kernel, started;
	char path[64], text[1024];
	const char *rest;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (!read_file(AT_FDCWD, path, text, sizeof(text)) || !(rest = strrchr(text, ')')) ||
		sscanf(rest + 1,
			" %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d "
			"%*d %*d %llu",
			&user, &kernel, &started) != 3)
		return false;
	*ret_cpu_ns = (user + kernel) * tick;
	*ret_started_ns = started * tick;
	return true;
}

static void forget(struct witness *w)
{
	loop_remove(w->end);
	if (w->pidfd >= 0)
		close(w->pidfd);
	*w = (struct witness){.pidfd = -1};
}

/* The process of the cgroup that was started first. *ret_started_ns: when. 0: there is none. */
static pid_t eldest(int cgroup, uint64_t *ret_started_ns)
{
	char text[4096];
	pid_t ret = 0;

	read_file(cgroup, "cgroup.procs", text, sizeof(text));
	for (char *at = text, *end; *at; at = end) {
		pid_t pid = strtol(at, &end, 10);
		uint64_t cpu, started;

		end += *end == '\n';
		if (end == at)
			break;
		if (pid <= 0 || !process_numbers(pid, &cpu, &started))
			continue;
		if (ret && started >= *ret_started_ns)
			continue;
		ret = pid;
		*ret_started_ns = started;
	}
	return ret;
}

static void on_end(uint32_t events, void *context)
{
	struct watched *w = context;

	(void)events;
	forget(&w->witness);
	w->ended_ns = boottime_ns();
}

static void take_witness(struct watched *w, pid_t pid)
{
	w->lived = true;
	w->witness.pidfd = syscall(SYS_pidfd_open, pid, 0);
	if (w->witness.pidfd >= 0 && loop_watch(w->experiment->loop, w->witness.pidfd, EPOLLIN,
					     on_end, w, &w->witness.end))
		forget(&w->witness);
}

/*
 * The witness is gone, and who is there was started later. One that was there already is only its
 * heir, as with a daemon's first process.
 */
static void look_at_cgroup(struct watched *w, struct target_report *r, int cgroup)
{
	uint64_t started = 0;
	pid_t pid;

	r->alive = cgroup_is_inhabited(cgroup);
	if (w->witness.pidfd >= 0)
		return;
	pid = eldest(cgroup, &started);
	if (!pid)
		return;
	if (w->lived && started > w->ended_ns) {
		r->restarts++;
		if (started - w->ended_ns > r->absent_ns)
			r->absent_ns = started - w->ended_ns;
	}
	take_witness(w, pid);
}

static void look_at_usage(const struct target *t, const struct watched *w, struct target_report *r)
{
	uint64_t n, started;

	if (t->spec->kind == TARGET_PID) {
		r->has_cpu = process_numbers(t->pid, &n, &started);
		if (r->has_cpu)
			r->cpu_ns = n - w->cpu_ns;
		return;
	}
	if (cgroup_number(t->cgroup_fd, "cpu.stat", "usage_usec", &n)) {
		r->has_cpu = true;
		r->cpu_ns = n * 1000 - (n * 1000 > w->cpu_ns ? w->cpu_ns : 0);
	}
	if (cgroup_number(t->cgroup_fd, "memory.events", "oom_kill", &n)) {
		r->has_oom_kills = true;
		r->oom_kills = n - (n > w->oom_kills ? w->oom_kills : 0);
	}
}

static void look_at(struct experiment *x, unsigned int i)
{
	const struct target *t = &x->targets.all[i];
	struct target_report *r = &x->measure->targets[i];
	struct watched *w = &x->watch.all[i];

	/* Its processes come and go. */
	if (t->spec->kind == TARGET_WORKLOAD)
		return;
	r->looked = true;
	if (t->spec->kind == TARGET_PID) {
		r->alive = t->pidfd >= 0;
	} else if (t->cgroup_fd >= 0) {
		look_at_cgroup(w, r, t->cgroup_fd);
		r->alive = r->alive && !t->gone;
	}
	look_at_usage(t, w, r);
}

static void on_tick(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	(void)now_ns;
	for (unsigned int i = 0; i < x->targets.n; i++)
		look_at(x, i);
}

/* What it has used until now is not the experiment's. */
static void begin_one(struct experiment *x, unsigned int i)
{
	struct watched *w = &x->watch.all[i];
	struct target_report *r = &x->measure->targets[i];

	*w = (struct watched){.experiment = x, .witness.pidfd = -1};
	look_at(x, i);
	w->cpu_ns = r->cpu_ns;
	w->oom_kills = r->oom_kills;
	r->cpu_ns = r->oom_kills = 0;
}

int watch_begin(struct experiment *x)
{
	for (unsigned int i = 0; i < x->targets.n; i++)
		begin_one(x, i);
	return loop_timer(x->loop, x->began_ns + TICK_NS, TICK_NS, on_tick, x, &x->watch.tick);
}

void watch_end(struct experiment *x)
{
	on_tick(0, x);
	/* The loop goes on for the logs: without witnesses whoever lives would be a restart. */
	loop_remove(x->watch.tick);
	for (unsigned int i = 0; i < x->targets.n; i++)
		forget(&x->watch.all[i].witness);
}
