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
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <linux/magic.h>

#include "actors/actor.h"
#include "base/cleanup.h"
#include "base/process.h"
#include "target/processes.h"
#include "undo/auxv.h"
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
/* So long it waits at most until all make calls. */
#define MOST_PREPARED_NS 5000000000ull
#define MOST_ABOVE 64 /* of cgroups */

struct clocks {
	int claims[MOST_ABOVE]; /* the target's cgroup and those above it, locked */
	unsigned int n_claims;
	bool told; /* it has been said what the clocks say */
	uint64_t began_ns, until_ns, next_ns;
	unsigned int n_busy, patience;
	bool zoned; /* its commands have the rule's time zone */
	struct taken taken;
	uint8_t known[MAX_PIDS / 8]; /* those that need no look any more, a bit each */
	uint8_t busy[MAX_PIDS / 8];  /* those that did not stop, and keep the true time so far */
};

static const unsigned int numbers[NR_CLOCK_KINDS] = {
	[CLOCK_KIND_REALTIME] = 1u << CLOCK_REALTIME | 1u << CLOCK_REALTIME_COARSE |
				1u << CLOCK_REALTIME_ALARM | 1u << CLOCK_TAI,
	[CLOCK_KIND_MONOTONIC] =
		1u << CLOCK_MONOTONIC | 1u << CLOCK_MONOTONIC_RAW | 1u << CLOCK_MONOTONIC_COARSE,
	[CLOCK_KIND_BOOTTIME] = 1u << CLOCK_BOOTTIME | 1u << CLOCK_BOOTTIME_ALARM,
};

static bool has(const uint8_t *set, pid_t pid)
{
	return set[pid / 8 % (MAX_PIDS / 8)] >> pid % 8 & 1;
}

static void put(uint8_t *set, pid_t pid, bool is)
{
	uint8_t *byte = &set[pid / 8 % (MAX_PIDS / 8)];

	*byte = is ? *byte | 1u << pid % 8 : *byte & ~(1u << pid % 8);
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

/* It keeps the true time, and its calls are not to tell it another one than its vDSO does. */
static void leave_alone(const struct scene *s, struct clocks *c, pid_t pid, enum unreached why)
{
	struct left_alone *one;

	put(c->known, pid, true);
	if (!has(c->busy, pid))
		s->spare(s->context, s->index, pid, true);
	if (c->taken.n_left++ >= MAX_LEFT_ALONE)
		return;
	one = &c->taken.left[c->taken.n_left - 1];
	one->pid = pid;
	one->why = why;
	read_name(pid, one->name);
}

/* So far: it is looked at again. */
static void leave_for_now(const struct scene *s, struct clocks *c, pid_t pid)
{
	c->n_busy++;
	if (!has(c->busy, pid))
		s->spare(s->context, s->index, pid, true);
	put(c->busy, pid, true);
}

static void reached(const struct scene *s, struct clocks *c, pid_t pid)
{
	put(c->known, pid, true);
	c->taken.patched++;
	if (has(c->busy, pid))
		s->spare(s->context, s->index, pid, false);
	put(c->busy, pid, false);
}

struct sweep {
	struct scene *scene;
	struct clocks *clocks;
	bool of_busy; /* these come last: they take long */
};

static bool is_monotonic(const struct fault_spec *f)
{
	return f->skew.clocks & ~(1u << CLOCK_KIND_REALTIME);
}

/* Who came later may have seen a later time: but for those that began here. */
static int is_late(const struct sweep *w, pid_t pid, enum unreached *why)
{
	*why = UNREACHED_LATE;
	return w->clocks->told && is_monotonic(w->scene->fault) && !vdso_is_patched(pid) &&
	       !auxv_has_no_vdso(pid);
}

/* True: there is no time for more. */
static bool visit(pid_t pid, const void *context)
{
	const struct sweep *w = context;
	struct clocks *c = w->clocks;
	enum unreached why = NR_UNREACHED;
	int err;

	if (pid <= 0 || has(c->known, pid) || has(c->busy, pid) != w->of_busy ||
		w->scene->is_protected(w->scene->context, pid))
		return false;
	err = is_late(w, pid, &why) ?: vdso_patch(pid, &why);
	/* A program that has just begun, as when its pages are read: it has no vDSO anyway. */
	if (err == 1 && why == UNREACHED_BUSY && auxv_has_no_vdso(pid))
		err = 0;
	if (err == 1 && why == UNREACHED_BUSY && c->patience < PATIENCE)
		leave_for_now(w->scene, c, pid);
	else if (err == 1)
		leave_alone(w->scene, c, pid, why);
	else if (!err)
		reached(w->scene, c, pid);
	return monotonic_ns() > c->until_ns;
}

/* True: it came to its end, but for those that don't stop. */
static bool sweep(struct scene *s, struct clocks *c)
{
	struct sweep w = {s, c, false};
	uint64_t began = monotonic_ns();
	bool whole;

	c->until_ns = began + SWEEP_NS;
	c->n_busy = 0;
	whole = !target_find(s->target, visit, &w);
	w.of_busy = true;
	if (!c->n_busy)
		(void)target_find(s->target, visit, &w);
	c->patience = c->n_busy ? c->patience + 1 : 0;
	c->next_ns = monotonic_ns() + (monotonic_ns() - began) * MOST_SHARE;
	return whole;
}

static int claim_one(struct clocks *c, const char *path, int how)
{
	struct statfs fs;
	_cleanup_fd_ int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0 || fstatfs(dir, &fs))
		return -errno;
	if (fs.f_type != CGROUP2_SUPER_MAGIC)
		return 1; /* above all cgroups */
	if (c->n_claims == MOST_ABOVE)
		return -E2BIG;
	if (flock(dir, how | LOCK_NB))
		return errno == EWOULDBLOCK ? -EALREADY : -errno;
	c->claims[c->n_claims++] = take_fd(&dir);
	return 0;
}

/*
 * Of all experiments the first one has the target's clocks to itself, and those of what is in it:
 * those above it are locked too, so that nobody has one of them to itself.
 */
static int claim(struct clocks *c, const struct target *t)
{
	char path[CGROUP_PATH_MAX];
	int err;

	snprintf(path, sizeof(path), "%s", t->path);
	err = claim_one(c, path, LOCK_EX);
	for (char *end; !err && (end = strrchr(path, '/')) && end > path;) {
		*end = '\0';
		err = claim_one(c, path, LOCK_SH);
	}
	return err < 0 ? err : 0;
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

static void release(struct scene *s)
{
	struct clocks *c = s->own;

	while (c->n_claims)
		close(c->claims[--c->n_claims]);
	free(c);
	s->own = NULL;
}

static void end(struct scene *s)
{
	struct clocks *c = s->own;

	if (c->zoned)
		(void)s->zone(s->context, s->index, NULL);
	s->skew(s->context, s->index, NULL);
	actor_undo(s);
	release(s);
}

static int set_zone(struct scene *s, struct clocks *c)
{
	int err = *s->fault->skew.zone ? s->zone(s->context, s->index, s->fault->skew.zone) : 0;

	c->zoned = *s->fault->skew.zone && !err;
	return err;
}

/*
 * First all ask the kernel, which still tells the truth, and who starts does so as well: until then
 * some would see another time by their calls than by their vDSO.
 */
static void prepare(struct scene *s)
{
	struct clocks *c = s->own;
	struct skew skew;
	bool whole = sweep(s, c);

	if (monotonic_ns() < c->began_ns + MOST_PREPARED_NS &&
		(!whole || (c->n_busy && is_monotonic(s->fault))))
		return;
	do
		say(s->fault, &skew);
	while (monotonic_ns() >= skew.began_ns[CLOCK_MONOTONIC] - LEAD_NS / 2);
	s->skew(s->context, s->index, &skew);
	c->told = true;
}

static int begin(struct scene *s)
{
	struct clocks *c = s->own;
	int err = set_zone(s, c) ?: record(s);

	if (err)
		return err;
	c->began_ns = monotonic_ns();
	s->skew(s->context, s->index, &(struct skew){});
	prepare(s);
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
	err = claim(s->own, s->target);
	if (err) {
		release(s); /* the clocks are another rule's: they stay as they are */
		return err;
	}
	err = begin(s);
	if (err)
		end(s);
	return err;
}

/* Who comes into the cgroup later. */
static void tend(struct scene *s)
{
	struct clocks *c = s->own;

	(void)tracing_tidy();
	if (!c->told)
		prepare(s);
	else if (monotonic_ns() >= c->next_ns)
		(void)sweep(s, c);
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
