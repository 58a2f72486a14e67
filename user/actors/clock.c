// SPDX-License-Identifier: GPL-2.0
/*
 * clock: the kernel side tells the target another time (bpf/skew.bpf.h), of which is said here
 * what it is; and the vDSO of the processes that run asks the kernel for it. Without the kernel
 * side that is only slower, until it is put back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "actors/actor.h"
#include "base/cleanup.h"
#include "base/process.h"
#include "target/processes.h"
#include "undo/tracing.h"
#include "undo/vdso.h"

#define NS_PER_S 1000000000ull
#define MAX_PIDS (1u << 22) /* include/linux/threads.h: PID_MAX_LIMIT */

/* When it begins, after it has been said: nobody has read a later time by then. */
#define LEAD_NS 20000000ull
/* So long it goes through processes at a time, and a tenth of the time altogether. */
#define SWEEP_NS 200000000ull
#define MOST_SHARE 10
/* After so many looks at one that does not stop it is left alone. */
#define PATIENCE 20

struct clocks {
	int claim; /* the target's cgroup, locked; -1: none */
	uint64_t until_ns, next_ns;
	unsigned int n_busy, patience;
	bool zoned; /* its commands have the rule's time zone */
	struct taken taken;
	uint8_t known[MAX_PIDS / 8]; /* those that need no look any more, a bit each */
};

static const unsigned int numbers[NR_CLOCK_KINDS] = {
	[CLOCK_KIND_REALTIME] = 1u << CLOCK_REALTIME | 1u << CLOCK_REALTIME_COARSE |
				1u << CLOCK_REALTIME_ALARM | 1u << CLOCK_TAI,
	[CLOCK_KIND_MONOTONIC] =
		1u << CLOCK_MONOTONIC | 1u << CLOCK_MONOTONIC_RAW | 1u << CLOCK_MONOTONIC_COARSE,
	[CLOCK_KIND_BOOTTIME] = 1u << CLOCK_BOOTTIME | 1u << CLOCK_BOOTTIME_ALARM,
};

static bool is_known(const struct clocks *c, pid_t pid)
{
	return c->known[pid / 8 % sizeof(c->known)] >> pid % 8 & 1;
}

static void know(struct clocks *c, pid_t pid)
{
	c->known[pid / 8 % sizeof(c->known)] |= 1u << pid % 8;
}

static void read_name(pid_t pid, char ret[COMM_LEN])
{
	char path[64];
	_cleanup_file_ FILE *f = NULL;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (!f || !fgets(ret, COMM_LEN, f))
		snprintf(ret, COMM_LEN, "?");
	ret[strcspn(ret, "\n")] = '\0';
}

/* Nor are its calls to tell it another time than its vDSO does. */
static void leave_alone(const struct scene *s, struct clocks *c, pid_t pid, enum unreached why)
{
	struct left_alone *one;

	know(c, pid);
	s->spare(s->context, s->index, pid);
	if (c->taken.n_left++ >= MAX_LEFT_ALONE)
		return;
	one = &c->taken.left[c->taken.n_left - 1];
	one->pid = pid;
	one->why = why;
	read_name(pid, one->name);
}

struct sweep {
	struct scene *scene;
	struct clocks *clocks;
};

/* True: there is no time for more. */
static bool visit(pid_t pid, const void *context)
{
	const struct sweep *w = context;
	struct clocks *c = w->clocks;
	enum unreached why = NR_UNREACHED;
	int err;

	if (pid <= 0 || is_known(c, pid) || w->scene->is_protected(w->scene->context, pid))
		return false;
	err = vdso_patch(pid, &why);
	if (err == 1 && why == UNREACHED_BUSY && c->patience < PATIENCE) {
		c->n_busy++;
	} else if (err == 1) {
		leave_alone(w->scene, c, pid, why);
	} else if (!err) {
		know(c, pid);
		c->taken.patched++;
	}
	return monotonic_ns() > c->until_ns;
}

static void sweep(struct scene *s, struct clocks *c)
{
	const struct sweep w = {s, c};
	uint64_t began = monotonic_ns();

	c->until_ns = began + SWEEP_NS;
	c->n_busy = 0;
	(void)target_find(s->target, visit, &w);
	c->patience = c->n_busy ? c->patience + 1 : 0;
	c->next_ns = monotonic_ns() + (monotonic_ns() - began) * MOST_SHARE;
}

/* Of all experiments the first one has the target's clocks to itself. */
static int claim(const struct target *t)
{
	_cleanup_fd_ int dir = open(t->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return -errno;
	if (!flock(dir, LOCK_EX | LOCK_NB))
		return take_fd(&dir);
	return errno == EWOULDBLOCK ? -EALREADY : -errno;
}

static int record(struct scene *s)
{
	struct undo u = {.kind = UNDO_CLOCKS, .inode = s->target->cgroup_id};

	snprintf(u.directory, sizeof(u.directory), "%s", s->target->path);
	snprintf(u.file, sizeof(u.file), "cgroup.procs");
	return journal_add(s->journal, &u, &s->record);
}

static void say(const struct fault_spec *f, struct skew *ret)
{
	const struct skew_spec *s = &f->skew;
	struct timespec now;

	*ret = (struct skew){.offset_ns = s->offset_ns,
		.slower_ppm = s->frozen ? PPM : s->slower_ppm,
		.faster_ppm = s->faster_ppm,
		.step_ns = s->step_ns};
	for (unsigned int i = 0; i < NR_CLOCK_KINDS; i++)
		if ((s->clocks ?: 1u << CLOCK_KIND_REALTIME) >> i & 1)
			ret->clocks |= numbers[i];
	for (unsigned int i = 0; i < MAX_CLOCKS; i++)
		if (!clock_gettime(i, &now))
			ret->began_ns[i] = now.tv_sec * NS_PER_S + now.tv_nsec + LEAD_NS;
}

static bool is_monotonic(const struct fault_spec *f)
{
	return f->skew.clocks & ~(1u << CLOCK_KIND_REALTIME);
}

static void end(struct scene *s)
{
	struct clocks *c = s->own;

	if (c->zoned)
		(void)s->zone(s->context, s->index, NULL);
	s->skew(s->context, s->index, NULL);
	actor_undo(s);
	if (c->claim >= 0)
		close(c->claim);
	free(c);
	s->own = NULL;
}

static int set_zone(struct scene *s, struct clocks *c)
{
	int err = *s->fault->skew.zone ? s->zone(s->context, s->index, s->fault->skew.zone) : 0;

	c->zoned = *s->fault->skew.zone && !err;
	return err;
}

static int begin(struct scene *s)
{
	struct clocks *c = s->own;
	struct skew skew;
	int err;

	c->claim = claim(s->target);
	err = c->claim < 0 ? c->claim : set_zone(s, c) ?: record(s);
	if (err)
		return err;
	/* First all ask the kernel, which still tells the truth, and who starts does so as well. */
	s->skew(s->context, s->index, &(struct skew){});
	sweep(s, c);
	do
		say(s->fault, &skew);
	while (monotonic_ns() >= skew.began_ns[CLOCK_MONOTONIC] - LEAD_NS / 2);
	s->skew(s->context, s->index, &skew);
	return 0;
}

static int arm(struct scene *s, uint64_t until_ns)
{
	int err;

	(void)until_ns;
	if (s->acts)
		return 0;
	s->own = calloc(1, sizeof(struct clocks));
	if (!s->own)
		return -ENOMEM;
	err = begin(s);
	if (!err)
		return 0;
	if (((struct clocks *)s->own)->claim >= 0)
		end(s);
	free(s->own);
	s->own = NULL;
	return err;
}

/* Who comes into the cgroup later; a clock that never goes backwards is left to them as it is. */
static void tend(struct scene *s)
{
	struct clocks *c = s->own;

	(void)tracing_tidy();
	if (monotonic_ns() >= c->next_ns && !is_monotonic(s->fault))
		sweep(s, c);
}

static void look(const struct scene *s, struct taken *ret)
{
	const struct clocks *c = s->own;
	struct skew now;

	s->skewed(s->context, s->index, &now);
	*ret = c->taken;
	ret->read = now.read;
	ret->refused = now.refused;
	ret->hidden = now.hidden;
	ret->seccomp = now.seccomp;
	ret->unfound = now.unfound;
	ret->times = now.times;
}

static int probe(struct error *why)
{
	if (!(privileges_held() & PRIVILEGE(SYS_PTRACE)))
		return error_errno(why, -EPERM, "tracing processes of others");
	return vdso_probe(why);
}

const struct actor actor_CLOCK = {
	.needs = PRIVILEGE(SYS_PTRACE),
	.by_rule = true,
	.probe = probe,
	.arm = arm,
	.tend = tend,
	.look = look,
	.disarm = end,
	.does = "what calls tell its programs of the time is rewritten, and their vDSO makes calls",
};
