// SPDX-License-Identifier: GPL-2.0
#include "undo/sched.h"

#include <errno.h>
#include <fts.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/process.h"
#include "undo/cpuset.h"

#define LOWEST_NICE 19
#define GENERATIONS 64 /* of processes above one */
#define PASSES 8       /* threads are started while others are put back */

#ifndef SCHED_RESET_ON_FORK
#define SCHED_RESET_ON_FORK 0x40000000
#endif

static unsigned int policy_of(const struct sched_thread *t)
{
	return t->policy & ~(unsigned int)SCHED_RESET_ON_FORK;
}

static bool look_at_any_priority(pid_t tid, struct sched_thread *ret)
{
	int policy = sched_getscheduler(tid);

	errno = 0;
	ret->nice = getpriority(PRIO_PROCESS, tid);
	ret->policy = policy;
	return policy >= 0 && !errno;
}

bool sched_look_at_priority(pid_t tid, struct sched_thread *ret)
{
	return look_at_any_priority(tid, ret) &&
	       (policy_of(ret) == SCHED_OTHER || policy_of(ret) == SCHED_BATCH ||
		       policy_of(ret) == SCHED_IDLE);
}

static bool look_at_any(pid_t tid, struct sched_thread *ret)
{
	*ret = (struct sched_thread){
		.tid = tid, .started = process_started(tid), .tgid = process_of_thread(tid)};
	return ret->started && ret->tgid && look_at_any_priority(tid, ret);
}

bool sched_look(pid_t tid, struct sched_thread *ret)
{
	return look_at_any(tid, ret) && sched_look_at_priority(tid, ret);
}

int sched_cores(pid_t tid, struct cores *ret)
{
	*ret = (struct cores){};
	return syscall(SYS_sched_getaffinity, tid, sizeof(*ret), ret) < 0 ? -errno : 0;
}

int sched_set_cores(pid_t tid, const struct cores *cores)
{
	return syscall(SYS_sched_setaffinity, tid, sizeof(*cores), cores) ? -errno : 0;
}

const struct cores sched_any_core = {.words = {[0 ... CORES_MAX / 64 - 1] = ~0ull}};

static bool are_same(const struct cores *a, const struct cores *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool sched_is_at(pid_t tid, const struct cores *own, const struct cores *now)
{
	struct cores cpuset;

	if (are_same(own, &sched_any_core))
		return cpuset_of(tid, &cpuset) && are_same(&cpuset, now);
	return are_same(own, now);
}

struct sched_thread sched_level(struct sched_thread was, unsigned int n)
{
	if (policy_of(&was) == SCHED_IDLE || !n)
		return was;
	if (n == 1)
		was.nice = (was.nice + LOWEST_NICE + 1) / 2;
	else if (n == 2)
		was.nice = LOWEST_NICE;
	else
		was.policy = SCHED_IDLE | (was.policy & SCHED_RESET_ON_FORK);
	return was;
}

static bool is_same(const struct sched_thread *a, const struct sched_thread *b)
{
	return a->nice == b->nice && a->policy == b->policy;
}

static bool has_level_nice(const struct sched_thread *was, const struct sched_thread *now)
{
	for (unsigned int n = 0; n < SCHED_LEVELS; n++)
		if (now->nice == sched_level(*was, n).nice)
			return true;
	return false;
}

static bool has_level_policy(const struct sched_thread *was, const struct sched_thread *now)
{
	for (unsigned int n = 0; n < SCHED_LEVELS; n++)
		if (now->policy == sched_level(*was, n).policy)
			return true;
	return false;
}

/* Or between two of them: the one call comes before the other, and a thread may be started then. */
bool sched_is_level(const struct sched_thread *was, const struct sched_thread *now)
{
	return has_level_nice(was, now) && has_level_policy(was, now);
}

/* A thread chooses the one by a call, and the other one stays what jinx has made of it. */
struct sched_thread sched_without(const struct sched_thread *was, struct sched_thread now)
{
	if (has_level_nice(was, &now))
		now.nice = was->nice;
	if (has_level_policy(was, &now))
		now.policy = was->policy;
	return now;
}

/* By these calls, and not sched_setattr(), a time slice of the thread's own stays as it is
 * (kernel/sched/syscalls.c: __setparam_fair, _sched_setscheduler, 6.12). */
int sched_set_priority(pid_t tid, const struct sched_thread *to)
{
	if (setpriority(PRIO_PROCESS, tid, to->nice))
		return -errno;
	if (sched_getscheduler(tid) == (int)to->policy)
		return 0;
	return sched_setscheduler(tid, to->policy, &(struct sched_param){}) ? -errno : 0;
}

/* How likely it is that a thread was started by this one of its process, or of one above. */
static int likelihood(const struct sched_thread *starter, const struct sched_thread *one)
{
	return 2 * sched_is_level(starter, one) + (starter->tid == starter->tgid);
}

/* The kernel does not say by which. `tgid` 0: of any process. */
static const struct sched_thread *of_process(const struct sched_record *all, unsigned int n,
	pid_t tgid, const struct sched_thread *one, unsigned int *ret_record)
{
	const struct sched_thread *best = NULL;

	for (unsigned int i = 0; i < n; i++)
		for (uint32_t k = 0; k < all[i].n_threads; k++) {
			const struct sched_thread *t = &all[i].group->threads[k];

			if ((tgid && t->tgid != tgid) ||
				(best && likelihood(t, one) <= likelihood(best, one)))
				continue;
			best = t;
			*ret_record = i;
		}
	return best;
}

const struct sched_thread *sched_origin(const struct sched_record *all, unsigned int n,
	const struct sched_thread *one, unsigned int *ret_record)
{
	pid_t pid = one->tgid;

	for (int i = 0; i < GENERATIONS && pid > 1; i++) {
		const struct sched_thread *t = of_process(all, n, pid, one, ret_record);

		if (t)
			return t;
		pid = process_parent(pid);
	}
	return of_process(all, n, 0, one, ret_record);
}

/* The cpuset has lost the core that jinx chose, so the thread has all of it; but the kernel
 * remembers the core, and would take it for the thread's choice should the cpuset get it again. */
static bool lost_ours(pid_t tid, const struct sched_record *r, const struct cores *now)
{
	for (unsigned int i = 0; i < CORES_MAX / 64; i++)
		if (r->ours->words[i] & now->words[i])
			return false;
	return sched_is_at(tid, &sched_any_core, now);
}

/* 1: put back; 0: it is elsewhere, by its own choice, or gone; else -errno. */
static int put_cores_back(pid_t tid, const struct sched_record *r)
{
	static const struct cores none;
	struct cores now;
	bool lost;
	int err;

	if (are_same(r->ours, &none) || are_same(r->ours, r->before) || sched_cores(tid, &now))
		return 0;
	lost = !are_same(&now, r->ours) && lost_ours(tid, r, &now);
	if (!lost && !are_same(&now, r->ours))
		return 0;
	err = sched_set_cores(tid, r->before);
	/* Of what is put back nothing shows: there is no reason to look again. */
	return err == -ESRCH || lost ? 0 : err ?: 1;
}

/* The same. */
static int put_priority_back(
	pid_t tid, const struct sched_record *r, const struct sched_thread *was)
{
	struct sched_thread now, own;
	int err;

	if (!r->priorities || !look_at_any_priority(tid, &now))
		return 0;
	own = sched_without(was, now);
	if (is_same(&now, &own))
		return 0;
	err = sched_set_priority(tid, &own);
	return err == -ESRCH ? 0 : err ?: 1;
}

struct putting {
	const struct sched_record *all;
	unsigned int n, which;
	int err; /* of the first one that could not be */
	bool any, again;
};

static void put_back(struct putting *p, pid_t tid, const struct sched_thread *was)
{
	const struct sched_record *r = &p->all[p->which];
	int cores = put_cores_back(tid, r), priority = put_priority_back(tid, r, was);

	if (!p->err && (cores < 0 || priority < 0))
		p->err = cores < 0 ? cores : priority;
	p->again |= cores > 0 || priority > 0;
	p->any |= p->again;
}

static bool has_entry(const struct putting *p, const struct sched_thread *one)
{
	for (unsigned int i = 0; i < p->n; i++)
		for (uint32_t k = 0; k < p->all[i].n_threads; k++)
			if (p->all[i].group->threads[k].tid == one->tid &&
				p->all[i].group->threads[k].started == one->started)
				return true;
	return false;
}

/* One that has been started since. */
static int visit(pid_t tid, void *context)
{
	struct putting *p = context;
	const struct sched_thread *origin;
	unsigned int record = p->which;
	struct sched_thread now;

	if (!look_at_any(tid, &now) || has_entry(p, &now))
		return 0;
	origin = sched_origin(p->all, p->n, &now, &record);
	if (origin && record == p->which)
		put_back(p, tid, origin);
	return 0;
}

int sched_put_back(const struct sched_record *all, unsigned int n, unsigned int which)
{
	struct putting p = {.all = all, .n = n, .which = which};

	for (uint32_t k = 0; k < all[which].n_threads; k++) {
		const struct sched_thread *t = &all[which].group->threads[k];

		if (process_started(t->tid) == t->started)
			put_back(&p, t->tid, t);
	}
	p.again = true;
	for (int i = 0; i < PASSES && p.again; i++) {
		p.again = false;
		(void)sched_each(all[which].group->cgroup, visit, &p);
	}
	return p.err ?: p.any;
}

static int each_in(const char *cgroup, int (*f)(pid_t tid, void *context), void *context)
{
	char path[PATH_MAX + 16];
	_cleanup_file_ FILE *threads = NULL;
	int tid, ret = 0;

	snprintf(path, sizeof(path), "%s/cgroup.threads", cgroup);
	threads = fopen(path, "re");
	while (!ret && threads && fscanf(threads, "%d", &tid) == 1)
		ret = tid > 0 ? f(tid, context) : 0;
	return ret;
}

int sched_each(const char *cgroup, int (*f)(pid_t tid, void *context), void *context)
{
	char *const paths[] = {(char *)cgroup, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	int ret = 0;

	for (FTSENT *e; !ret && tree && (e = fts_read(tree));)
		if (e->fts_info == FTS_D)
			ret = each_in(e->fts_path, f, context);
	if (tree)
		fts_close(tree);
	return ret;
}
