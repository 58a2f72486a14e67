// SPDX-License-Identifier: GPL-2.0
/* signal and suspend: signals from the keeper to processes of the target, whatever they do. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../bpf/decide.bpf.h"
#include "actors/actor.h"
#include "actors/roll.h"
#include "base/cleanup.h"
#include "base/process.h"
#include "target/processes.h"

/* One that forks quicker than it can be stopped in so long, and so many passes, has won. */
#define PURSUIT_NS 100000000ull
#define PASSES 8
/* Each pass that stops somebody costs a record of the journal, which has others to serve. */
#define MOST_RECORDS (JOURNAL_RECORDS / 2)
#define MOST_STOPPED (MOST_RECORDS * STOPPED_MAX)
/* Who is traced and does nothing for so long stands still. */
#define STILL_US 50000

struct crowd {
	const struct scene *scene;
	unsigned int n, size, n_protected, n_traced;
	bool spares_stopped; /* who stands still is none of it: */
	unsigned int n_stopped;
	bool restless; /* one ended while it was looked at: what it has forked may not be here */
	struct stopped *all;
	struct roll seen; /* each one that was ever in it */
	int err;
	/* After the first one, and until when there is another in any case. */
	unsigned int n_passes;
	uint64_t until_ns;
};

/* Who was in it before, and was left out since, does not come again. */
static int add(struct crowd *c, const struct stopped *p)
{
	int new = roll_add(&c->seen, p);

	if (new != 1)
		return new;
	if (c->n == c->size) {
		unsigned int size = c->size ? 2 * c->size : 64;
		struct stopped *all = reallocarray(c->all, size, sizeof(*all));

		if (!all)
			return -ENOMEM;
		c->all = all;
		c->size = size;
	}
	c->all[c->n++] = *p;
	return 0;
}

static void disperse(struct crowd *c)
{
	roll_free(&c->seen);
	free(c->all);
}

/* Those that have ended have no more to lose. */
static bool visit(pid_t pid, const void *context)
{
	struct crowd *c = (struct crowd *)context;
	uint64_t started;
	char state = process_look(pid, &started);

	if (pid <= 0)
		return false;
	c->n_traced += state == 't';
	if (!started || !state || state == 'Z' || state == 'X')
		c->restless = true;
	else if (c->scene->is_protected(c->scene->context, pid))
		c->n_protected++;
	else if (c->spares_stopped && state == 'T')
		c->n_stopped++;
	else
		c->err = add(c, &(struct stopped){started, pid});
	return c->err;
}

/* Those that are new to it are at its end. */
static int gather(struct crowd *c, const struct target *t)
{
	c->n_protected = c->n_stopped = c->n_traced = 0;
	c->restless = false;
	(void)target_find(t, visit, c);
	return c->err;
}

static unsigned int oldest(const struct crowd *c)
{
	unsigned int found = 0;

	for (unsigned int i = 1; i < c->n; i++)
		if (c->all[i].started < c->all[found].started ||
			(c->all[i].started == c->all[found].started &&
				c->all[i].pid < c->all[found].pid))
			found = i;
	return found;
}

static void swap(struct crowd *c, unsigned int i, unsigned int k)
{
	struct stopped was = c->all[i];

	c->all[i] = c->all[k];
	c->all[k] = was;
}

/* Keeps those that are meant. */
static void choose(struct crowd *c, struct scene *s)
{
	const struct chosen *to = &s->fault->to;
	unsigned int n = to->n;

	if (to->whom == WHOM_ALL || !c->n)
		return;
	if (to->whom == WHOM_MAIN) {
		swap(c, 0, oldest(c));
		c->n = 1;
		return;
	}
	if (to->share_ppm) {
		n = (uint64_t)c->n * to->share_ppm / PPM;
		n = n ?: 1;
	}
	for (unsigned int i = 0; i < n && i + 1 < c->n; i++)
		swap(c, i, i + random_at(s->seed, s->drawn++) % (c->n - i));
	if (n < c->n)
		c->n = n;
}

/* 0, or why there is nobody. */
static int find(struct crowd *c, struct scene *s)
{
	int err = gather(c, s->target);

	if (err)
		return err;
	choose(c, s);
	if (c->n)
		return 0;
	if (c->n_stopped)
		return -EALREADY;
	return c->n_protected ? -EPERM : -ESRCH;
}

/* What is new in a target of which all are meant; false: there is none, and will be none. */
static bool find_more(struct crowd *c, const struct scene *s)
{
	unsigned int before = c->n;
	uint64_t now = monotonic_ns();

	if (s->fault->to.whom != WHOM_ALL)
		return false;
	if (!c->n_passes++)
		c->until_ns = now + PURSUIT_NS;
	return (c->n_passes <= PASSES || now < c->until_ns) && !gather(c, s->target) &&
	       (c->n > before || c->restless);
}

/*
 * Who forks as fast as that is still there has the kernel end the whole cgroup, which nobody gets
 * away from (kernel/cgroup/cgroup.c: cgroup_kill_write, Linux 5.14); not where somebody in it is
 * protected.
 */
static void end_chains(struct crowd *c, const struct target *t)
{
	_cleanup_fd_ int cgroup = -1, file = -1;
	unsigned int before = c->n;

	if (c->scene->fault->to.whom != WHOM_ALL || gather(c, t) || c->n_protected ||
		(c->n == before && !c->restless))
		return;
	cgroup = open(t->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	file = cgroup < 0 ? -1 : openat(cgroup, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	if (file >= 0)
		(void)!write(file, "1", 1); /* an older kernel: docs/scenario.md */
}

/* 1: one has got it; -ESRCH: all were gone. */
static int send(const struct crowd *c, unsigned int from, int signal)
{
	int ret = -ESRCH;

	for (unsigned int i = from; i < c->n; i++) {
		int err = stopped_signal(&c->all[i], signal);

		if (!err)
			ret = 1;
		else if (ret != 1 && err != -ESRCH)
			ret = err;
	}
	return ret;
}

/* Without the privilege it can be sent to processes of the same user; the reason is the kernel's.
 */
static int of_kernel(int err)
{
	return err == -EPERM ? -EACCES : err;
}

static int arm_signal(struct scene *s, uint64_t until_ns)
{
	struct crowd c = {.scene = s};
	int signal = s->fault->signal, err = find(&c, s);

	(void)until_ns;
	if (!err)
		err = of_kernel(send(&c, 0, signal));
	/* A handler may fork on purpose; who can have none forks to get away. */
	for (unsigned int n = c.n; err == 1 && signal == SIGKILL && find_more(&c, s); n = c.n)
		(void)send(&c, n, signal); /* those that are gone are no matter */
	if (err == 1 && signal == SIGKILL)
		end_chains(&c, s->target);
	disperse(&c);
	return err == 1 ? 0 : err;
}

/* What it has stopped: numbers of records. */
struct stops {
	unsigned int n;
	uint32_t records[JOURNAL_RECORDS];
};

/*
 * How often those that are traced have slept, and UINT64_MAX of the others. Returns how many there
 * are.
 */
static unsigned int look_at_traced(const struct crowd *c, unsigned int from, uint64_t *ret)
{
	unsigned int n = 0;

	for (unsigned int i = from; i < c->n; i++) {
		bool traced = process_state(c->all[i].pid) == 't';

		ret[i - from] = traced ? process_sleeps(c->all[i].pid) : UINT64_MAX;
		n += traced;
	}
	return n;
}

static bool stands_still(pid_t pid, uint64_t slept)
{
	char state = process_state(pid);

	return state == 'T' || (state == 't' && slept == process_sleeps(pid));
}

/*
 * Who stands still already was stopped by somebody else, who is to continue it. Of one that is
 * traced nobody but its tracer sees whether it is stopped as well, which SIGCONT would end. Under
 * strace it looks so at each of its calls, for a moment.
 */
static int leave_out_stopped(struct crowd *c, unsigned int from)
{
	_cleanup_free_ uint64_t *slept = NULL;

	if (c->spares_stopped && !c->n_traced)
		return 0;
	slept = malloc((c->n - from + 1) * sizeof(*slept));
	if (!slept)
		return -ENOMEM;
	if (look_at_traced(c, from, slept))
		usleep(STILL_US);
	for (unsigned int i = from; i < c->n;)
		if (stands_still(c->all[i].pid, slept[i - from])) {
			c->all[i] = c->all[--c->n];
			slept[i - from] = slept[c->n - from];
		} else
			i++;
	return 0;
}

static int record(struct scene *s, struct stops *stops, const struct stopped *all, unsigned int n)
{
	struct undo u = {.kind = UNDO_STOP, .n_stopped = n};
	unsigned int number;
	int err;

	memcpy(u.stopped, all, n * sizeof(*all));
	err = journal_add(s->journal, &u, &number);
	if (!err)
		stops->records[stops->n++] = number;
	return err;
}

/* The last record is of processes that have all ended. */
static void forget(struct scene *s, struct stops *stops)
{
	journal_remove(s->journal, stops->records[--stops->n]);
}

/* In portions, each with its record before. 1: one was stopped. */
static int stop(struct scene *s, struct stops *stops, const struct crowd *c, unsigned int from)
{
	int ret = -ESRCH;

	while (from < c->n) {
		journal_renew(s->journal, monotonic_ns() + VOUCH_NS); /* of many it takes a while */
		unsigned int n = c->n - from < STOPPED_MAX ? c->n - from : STOPPED_MAX;
		struct crowd some = {.n = n, .all = c->all + from};
		int recorded = record(s, stops, some.all, n);
		int err = recorded ?: send(&some, 0, SIGSTOP);

		if (!recorded && err == -ESRCH)
			forget(s, stops);
		if (ret != 1)
			ret = err;
		from += n;
	}
	return ret;
}

static void disarm(struct scene *s)
{
	struct stops *stops = s->own;

	for (unsigned int i = 0; stops && i < stops->n; i++) /* what can't be is the janitor's */
		if (!journal_undo_one(s->journal, stops->records[i]))
			journal_remove(s->journal, stops->records[i]);
	free(stops);
	s->own = NULL;
}

static int suspend(struct scene *s, struct stops *stops)
{
	struct crowd c = {.scene = s, .spares_stopped = s->fault->to.whom == WHOM_ALL};
	int err = find(&c, s);

	err = err ?: leave_out_stopped(&c, 0);
	if (!err && c.n > MOST_STOPPED)
		err = -E2BIG;
	if (!err)
		err = c.n ? of_kernel(stop(s, stops, &c, 0)) : -EALREADY;
	for (unsigned int n = c.n; err == 1 && stops->n < MOST_RECORDS && find_more(&c, s);
		n = c.n) {
		if (leave_out_stopped(&c, n) || (c.n == n && !c.restless))
			break;
		if (c.n > n)
			(void)stop(s, stops, &c, n);
	}
	disperse(&c);
	return err == 1 ? 0 : err;
}

static int arm_suspend(struct scene *s, uint64_t until_ns)
{
	int err;

	(void)until_ns;
	if (s->acts)
		return 0;
	s->own = calloc(1, sizeof(struct stops));
	err = s->own ? suspend(s, s->own) : -ENOMEM;
	if (err)
		disarm(s);
	return err;
}

/* Each kernel can. Without the privilege it would be processes of the same user alone, and whose
 * they are is known when it is too late. */
static int probe(struct error *why)
{
	if (privileges_held() & PRIVILEGE(KILL))
		return 0;
	return error_errno(why, -EPERM, "signals to processes of others");
}

const struct actor actor_SIGNAL = {
	.needs = PRIVILEGE(KILL),
	.by_rule = true,
	.at_once = true,
	.probe = probe,
	.arm = arm_signal,
	.does = "processes of it get a signal from the keeper",
};

const struct actor actor_SUSPEND = {
	.needs = PRIVILEGE(KILL),
	.by_rule = true,
	.probe = probe,
	.arm = arm_suspend,
	.disarm = disarm,
	.does = "processes of it get SIGSTOP from the keeper, and SIGCONT at the end",
};
