// SPDX-License-Identifier: GPL-2.0
/*
 * sched: the target's threads are put on one core, or get other priorities, which are drawn anew at
 * moments that are drawn. What each had is in the undo journal before it is changed. Threads that
 * they start inherit it; the keeper finds them at its next look.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../bpf/decide.bpf.h"
#include "actors/actor.h"
#include "actors/schedule.h"
#include "base/cleanup.h"
#include "base/process.h"

/* The journal has others to serve, and for a moment it holds the old and the new ones. */
#define MOST_RECORDS (JOURNAL_RECORDS / 4)

/* Of new threads. */
#define LOOK_NS 20000000ull
#define PATIENCE 9

/* Streams of what is drawn. */
enum { STREAM_CORE, STREAM_MOMENTS, STREAM_LEVELS };

struct troupe {
	struct scene *scene;
	unsigned int n_records;
	struct undo *records; /* as they are in the journal, or about to be */
	unsigned int numbers[MOST_RECORDS];
	bool acts;		     /* before, nothing of what threads have is jinx's */
	bool grown;		     /* there are some that are not in the journal yet */
	struct cores core;	     /* none: they stay where they are */
	unsigned int n_levels;	     /* how many have been drawn */
	uint64_t n_moments, draw_ns; /* when all draw again */
	uint64_t look_ns;	     /* and when new ones are looked for */
};

static uint64_t drawn(const struct scene *s, unsigned int stream, uint64_t n)
{
	return random_at(random_at(s->seed, stream), n);
}

static bool has_core(const struct troupe *t)
{
	static const struct cores none;

	return memcmp(&t->core, &none, sizeof(none));
}

static bool knows(const struct troupe *t, pid_t tid)
{
	for (unsigned int i = 0; i < t->n_records; i++)
		for (uint32_t k = 0; k < t->records[i].n_threads; k++)
			if (t->records[i].group.threads[k].tid == tid &&
				t->records[i].group.threads[k].started == process_started(tid))
				return true;
	return false;
}

/* The record of these cores that has room. */
static struct undo *record_for(struct troupe *t, const struct cores *before)
{
	struct undo *u;

	for (unsigned int i = 0; i < t->n_records; i++)
		if (!memcmp(&t->records[i].cores_before, before, sizeof(*before)) &&
			t->records[i].n_threads < SCHED_THREADS)
			return &t->records[i];
	if (t->n_records == MOST_RECORDS)
		return NULL;
	u = &t->records[t->n_records];
	*u = (struct undo){.kind = UNDO_SCHED,
		.inode = t->scene->target->cgroup_id,
		.cores_before = *before,
		.our_cores = t->core};
	snprintf(u->directory, sizeof(u->directory), "%s", t->scene->target->path);
	snprintf(
		u->line, sizeof(u->line), "%s", t->scene->fault->priorities_ns ? "priorities" : "");
	t->numbers[t->n_records++] = NO_RECORD;
	return u;
}

/* What one that is new would have without jinx: what those had that it has it from. */
static void as_without(const struct troupe *t, struct sched_thread *one, struct cores *cores)
{
	struct sched_record all[MOST_RECORDS];
	const struct sched_thread *origin;
	unsigned int record = 0;

	for (unsigned int i = 0; i < t->n_records; i++)
		all[i] = sched_record_of(&t->records[i]);
	origin = sched_origin(all, t->n_records, one, &record);
	if (!origin)
		return;
	if (!memcmp(cores, &t->core, sizeof(*cores)))
		*cores = t->records[record].cores_before;
	if (t->scene->fault->priorities_ns)
		*one = sched_without(origin, *one);
}

/* One that is found for the first time. Of more than there is room for the rest stay as they are.
 */
static int meet(pid_t tid, void *context)
{
	struct troupe *t = context;
	struct sched_thread one;
	struct cores cores;
	struct undo *u;

	if (knows(t, tid) || !sched_look(tid, &one) || sched_cores(tid, &cores) ||
		t->scene->is_protected(t->scene->context, one.tgid))
		return 0;
	if (t->acts)
		as_without(t, &one, &cores);
	if (has_core(t) && sched_is_at(tid, &sched_any_core, &cores))
		cores = sched_any_core;
	u = record_for(t, &cores);
	if (!u)
		return -ENOSPC;
	u->group.threads[u->n_threads++] = one;
	t->grown = true;
	return 0;
}

static void forget_ended(struct troupe *t)
{
	for (unsigned int i = 0; i < t->n_records; i++) {
		struct undo *u = &t->records[i];
		uint32_t left = 0;

		for (uint32_t k = 0; k < u->n_threads; k++)
			if (process_started(u->group.threads[k].tid) == u->group.threads[k].started)
				u->group.threads[left++] = u->group.threads[k];
		u->n_threads = left;
	}
}

/* The new ones first, so that at no time a thread is in none. */
static int write_records(struct troupe *t)
{
	unsigned int numbers[MOST_RECORDS], n = 0;
	int err = 0;

	for (; n < t->n_records && !err; n++)
		err = journal_add(t->scene->journal, &t->records[n], &numbers[n]);
	if (err) {
		for (n--; n; n--)
			journal_remove(t->scene->journal, numbers[n - 1]);
		return err;
	}
	for (unsigned int i = 0; i < n; i++) {
		if (t->numbers[i] != NO_RECORD)
			journal_remove(t->scene->journal, t->numbers[i]);
		t->numbers[i] = numbers[i];
	}
	t->grown = false;
	return 0;
}

static void draw_core(struct troupe *t, pid_t tid)
{
	struct cores may;
	unsigned int n = 0, nth;

	if (sched_cores(tid, &may))
		return;
	for (unsigned int i = 0; i < CORES_MAX; i++)
		n += may.words[i / 64] >> i % 64 & 1;
	nth = n ? drawn(t->scene, STREAM_CORE, 0) % n : 0;
	for (unsigned int i = 0; i < CORES_MAX; i++)
		if (may.words[i / 64] >> i % 64 & 1 && !nth--)
			t->core.words[i / 64] |= 1ull << i % 64;
}

static int choose_core(pid_t tid, void *context)
{
	draw_core(context, tid);
	return 1;
}

/* One that has chosen cores or a priority itself since then keeps them. */
static void act_on(
	struct troupe *t, const struct sched_thread *was, const struct cores *before, bool draws)
{
	struct sched_thread now, to;
	struct cores cores;

	if (process_started(was->tid) != was->started)
		return;
	if (has_core(t) && !sched_cores(was->tid, &cores) &&
		memcmp(&cores, &t->core, sizeof(cores)) && sched_is_at(was->tid, before, &cores))
		(void)sched_set_cores(was->tid, &t->core); /* its cpuset may not have it */
	if (!draws || !sched_look_at_priority(was->tid, &now))
		return;
	if (sched_is_level(was, &now))
		to = sched_level(
			*was, drawn(t->scene, STREAM_LEVELS, t->n_levels++) % SCHED_LEVELS);
	else
		to = sched_without(was, now);
	(void)sched_set_priority(was->tid, &to);
}

static void act(struct troupe *t, bool draws)
{
	for (unsigned int i = 0; i < t->n_records; i++)
		for (uint32_t k = 0; k < t->records[i].n_threads; k++)
			act_on(t, &t->records[i].group.threads[k], &t->records[i].cores_before,
				draws);
}

/* Those that are new. 0 or -errno: then they stay as they are. */
static int look_around(struct troupe *t)
{
	int err;

	if (t->scene->fault->one_core && !has_core(t))
		(void)sched_each(t->scene->target->path, choose_core, t);
	(void)sched_each(t->scene->target->path, meet, t);
	if (!t->grown)
		return 0;
	forget_ended(t);
	err = write_records(t);
	if (err)
		return err;
	t->acts = true;
	act(t, false);
	return 0;
}

/* Of many threads it takes long: no more than a tenth of the time goes into it. */
static uint64_t not_before(uint64_t when_ns, uint64_t began_ns)
{
	uint64_t now = monotonic_ns(), least = now + PATIENCE * (now - began_ns);

	return when_ns > least ? when_ns : least;
}

static int go_on(struct troupe *t)
{
	uint64_t now = monotonic_ns();
	int err = 0;

	if (now >= t->look_ns) {
		err = look_around(t);
		t->look_ns = not_before(now + LOOK_NS, now);
	}
	if (err || !t->scene->fault->priorities_ns || now < t->draw_ns)
		return err;
	now = monotonic_ns();
	act(t, true);
	t->draw_ns = schedule_moment(random_at(t->scene->seed, STREAM_MOMENTS), t->n_moments++,
		t->scene->fault->priorities_ns, now);
	t->draw_ns = not_before(t->draw_ns, now);
	return 0;
}

/* All stay until each is done: who started a thread may stand in another one. */
static void dismiss(struct troupe *t)
{
	bool undone[MOST_RECORDS] = {};

	for (unsigned int i = 0; i < t->n_records; i++)
		undone[i] = t->numbers[i] != NO_RECORD &&
			    !journal_undo_one(t->scene->journal, t->numbers[i]);
	for (unsigned int i = 0; i < t->n_records; i++)
		if (undone[i])
			journal_remove(t->scene->journal, t->numbers[i]);
	free(t->records);
	free(t);
}

static void disarm(struct scene *s)
{
	dismiss(s->own);
	s->own = NULL;
}

static int begin(struct scene *s)
{
	struct troupe *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return -ENOMEM;
	t->scene = s;
	t->records = calloc(MOST_RECORDS, sizeof(*t->records));
	err = t->records ? 0 : -ENOMEM;
	err = err ?: go_on(t);
	if (err)
		dismiss(t);
	else
		s->own = t;
	return err;
}

static int arm(struct scene *s, uint64_t until_ns)
{
	(void)until_ns;
	return s->acts ? go_on(s->own) : begin(s);
}

static uint64_t goes_on(const struct scene *s)
{
	const struct troupe *t = s->own;

	return s->fault->priorities_ns && t->draw_ns < t->look_ns ? t->draw_ns : t->look_ns;
}

static int probe(struct error *why)
{
	if (sysconf(_SC_NPROCESSORS_CONF) > CORES_MAX)
		return error_set(why, -EOPNOTSUPP, "more than %d cores", CORES_MAX);
	if (privileges_held() & PRIVILEGE(SYS_NICE))
		return 0;
	return error_set(why, -EPERM, "no cap_sys_nice, to put back what threads had");
}

const struct actor actor_SCHED = {
	.needs = PRIVILEGE(SYS_NICE),
	.by_rule = true,
	.probe = probe,
	.arm = arm,
	.goes_on = goes_on,
	.disarm = disarm,
	.does = "its threads run on one core, or have other priorities, and get back what each had",
};
