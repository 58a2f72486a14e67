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
#define PID_WORDS (MAX_PIDS / 64)

/* When it begins, after it has been said: nobody has read a later time by then. */
#define LEAD_NS 20000000ull
/* So long it goes through processes at a time, and a tenth of the time altogether. */
#define SWEEP_NS 200000000ull
#define MOST_SHARE 10
/* After so many looks at one it is left alone: at one that does not stop, and at any other, which
 * may be about to execute a program. */
#define PATIENCE 20
#define LEAST_PATIENCE 3
#define MAX_LOOKS 65536 /* a power of two */
/* So long it waits at most until all make calls. */
#define MOST_PREPARED_NS 5000000000ull
#define MOST_ABOVE 64 /* of cgroups */

struct clocks {
	int claims[MOST_ABOVE]; /* the target's cgroup and those above it, locked */
	unsigned int n_claims;
	bool told; /* it has been said what the clocks say */
	struct skew skew;
	bool stopped; /* for good */
	uint64_t began_ns, until_ns, next_ns;
	unsigned int n_busy;
	bool zoned; /* its commands have the rule's time zone */
	struct taken taken;
	uint64_t known[PID_WORDS];  /* those that need no look any more, a bit each */
	uint64_t busy[PID_WORDS];   /* those that are looked at again */
	uint64_t spared[PID_WORDS]; /* those that keep the true time, so far or for good */
	uint64_t seen[PID_WORDS];   /* in this sweep: of the others the numbers are free again */
	uint8_t looks[MAX_LOOKS];   /* at those that are busy */
};

static const unsigned int numbers[NR_CLOCK_KINDS] = {
	[CLOCK_KIND_REALTIME] = 1u << CLOCK_REALTIME | 1u << CLOCK_REALTIME_COARSE |
				1u << CLOCK_REALTIME_ALARM | 1u << CLOCK_TAI,
	[CLOCK_KIND_MONOTONIC] =
		1u << CLOCK_MONOTONIC | 1u << CLOCK_MONOTONIC_RAW | 1u << CLOCK_MONOTONIC_COARSE,
	[CLOCK_KIND_BOOTTIME] = 1u << CLOCK_BOOTTIME | 1u << CLOCK_BOOTTIME_ALARM,
};

static bool has(const uint64_t *set, pid_t pid)
{
	return set[pid / 64 % PID_WORDS] >> pid % 64 & 1;
}

static void put(uint64_t *set, pid_t pid, bool is)
{
	uint64_t *word = &set[pid / 64 % PID_WORDS], bit = 1ull << pid % 64;

	*word = is ? *word | bit : *word & ~bit;
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

/* Its calls are not to tell it another time than its vDSO does. */
static void spare(const struct scene *s, struct clocks *c, pid_t pid, bool is)
{
	if (has(c->spared, pid) != is)
		s->spare(s->context, s->index, pid, is);
	put(c->spared, pid, is);
}

/* It keeps the true time. */
static void leave_alone(const struct scene *s, struct clocks *c, pid_t pid, enum unreached why)
{
	struct left_alone *one;

	put(c->known, pid, true);
	put(c->busy, pid, false);
	spare(s, c, pid, true);
	if (c->taken.n_left++ >= MAX_LEFT_ALONE)
		return;
	one = &c->taken.left[c->taken.n_left - 1];
	one->pid = pid;
	one->why = why;
	read_name(pid, one->name);
}

/*
 * So far: it is looked at again. Whose calls told it another time already, as it begins, is not
 * told the true one in between.
 */
static void leave_for_now(const struct scene *s, struct clocks *c, pid_t pid, enum unreached why)
{
	uint8_t *looks = &c->looks[pid % MAX_LOOKS];

	if (!has(c->busy, pid))
		*looks = 0;
	if (++*looks >= (why == UNREACHED_BUSY ? PATIENCE : LEAST_PATIENCE)) {
		leave_alone(s, c, pid, why);
		return;
	}
	c->n_busy++;
	put(c->busy, pid, true);
	if (why != UNREACHED_LATE)
		spare(s, c, pid, true);
}

static void reached(const struct scene *s, struct clocks *c, pid_t pid)
{
	put(c->known, pid, true);
	put(c->busy, pid, false);
	c->taken.patched++;
	spare(s, c, pid, false);
}

/* Another process may have the number of one that has ended: those that have not been seen. */
static void forget_unseen(const struct scene *s, struct clocks *c)
{
	for (unsigned int w = 0; w < PID_WORDS; w++) {
		for (uint64_t gone = c->spared[w] & ~c->seen[w]; gone; gone &= gone - 1)
			spare(s, c, w * 64 + __builtin_ctzll(gone), false);
		c->known[w] &= c->seen[w];
		c->busy[w] &= c->seen[w];
	}
}

struct sweep {
	struct scene *scene;
	struct clocks *clocks;
	bool of_busy;
};

static bool is_monotonic(const struct fault_spec *f)
{
	return f->skew.clocks & ~(1u << CLOCK_KIND_REALTIME);
}

/*
 * Who came later may have seen a later time: but for those that began here. 1: it is one; -ESRCH:
 * it is gone.
 */
static int is_late(const struct sweep *w, pid_t pid, enum unreached *why)
{
	int patched;

	if (!w->clocks->told || !is_monotonic(w->scene->fault))
		return 0;
	*why = UNREACHED_LATE;
	patched = vdso_is_patched(pid);
	return patched < 0 ? patched : !patched && !auxv_has_no_vdso(pid);
}

static int change(const struct sweep *w, pid_t pid, enum unreached *why)
{
	int err = is_late(w, pid, why) ?: vdso_patch(pid, why);

	/* A program that has just begun, as when its pages are read: it has no vDSO anyway. */
	return err == 1 && *why == UNREACHED_BUSY && auxv_has_no_vdso(pid) ? 0 : err;
}

/* True: there is no time for more. */
static bool visit(pid_t pid, const void *context)
{
	const struct sweep *w = context;
	struct clocks *c = w->clocks;
	enum unreached why = NR_UNREACHED;
	int err;

	if (pid <= 0)
		return false;
	put(c->seen, pid, true);
	if (has(c->known, pid) || has(c->busy, pid) != w->of_busy ||
		w->scene->is_protected(w->scene->context, pid))
		return false;
	err = change(w, pid, &why);
	if (err == 1)
		leave_for_now(w->scene, c, pid, why);
	else if (!err)
		reached(w->scene, c, pid);
	return monotonic_ns() > c->until_ns;
}

/*
 * True: it came to its end, but for those that are looked at again, which takes long: they have
 * half of the time at most.
 */
static bool sweep(struct scene *s, struct clocks *c)
{
	struct sweep w = {s, c, true};
	uint64_t began = monotonic_ns();
	bool all, whole;

	c->n_busy = 0;
	memset(c->seen, 0, sizeof(c->seen));
	c->until_ns = began + SWEEP_NS / 2;
	all = !target_find(s->target, visit, &w);
	w.of_busy = false;
	c->until_ns = began + SWEEP_NS;
	whole = !target_find(s->target, visit, &w);
	if (all && whole)
		forget_unseen(s, c);
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
	/* They can't be read without a clock that wakes the machine, and timers take them. */
	ret->began_ns[CLOCK_REALTIME_ALARM] = ret->began_ns[CLOCK_REALTIME];
	ret->began_ns[CLOCK_BOOTTIME_ALARM] = ret->began_ns[CLOCK_BOOTTIME];
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
	memset(c->seen, 0, sizeof(c->seen));
	forget_unseen(s, c);
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
	bool whole = sweep(s, c);

	if (monotonic_ns() < c->began_ns + MOST_PREPARED_NS &&
		(!whole || (c->n_busy && is_monotonic(s->fault))))
		return;
	do
		say(s->fault, &c->skew);
	while (monotonic_ns() >= c->skew.began_ns[CLOCK_MONOTONIC] - LEAD_NS / 2);
	s->skew(s->context, s->index, &c->skew);
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

/*
 * The kernel side does without it once the heartbeat has stopped. Clocks that never go backwards
 * stay true.
 */
static void take_up_again(struct scene *s, struct clocks *c)
{
	struct skew now;

	if (c->stopped || s->skewed(s->context, s->index, &now) ||
		monotonic_ns() > s->deadline(s->context))
		return;
	c->taken.interrupted++;
	c->stopped = c->told && is_monotonic(s->fault);
	if (!c->stopped)
		s->skew(s->context, s->index, c->told ? &c->skew : &(struct skew){});
}

/* Who comes into the cgroup later. */
static void tend(struct scene *s)
{
	struct clocks *c = s->own;

	(void)tracing_tidy();
	take_up_again(s, c);
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
