/* SPDX-License-Identifier: GPL-2.0 */
/* Threads that jinx has put on one core, or given another priority: what each had before. */
#ifndef JINX_SCHED_H
#define JINX_SCHED_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CORES_MAX 1024	  /* of a mask */
#define SCHED_THREADS 512 /* of one record */

struct cores {
	uint64_t words[CORES_MAX / 64];
};

/* A thread that no other one can be taken for, as numbers are used again. */
struct sched_thread {
	uint64_t started;  /* process_started() */
	int32_t tid, tgid; /* its own number, and its process's */
	int32_t nice;	   /* that of its own */
	uint32_t policy;   /* sched_getscheduler() */
};

/* Threads of one cgroup that could run on the same cores. */
struct sched_group {
	char cgroup[PATH_MAX]; /* where those are looked for that they have started since */
	struct sched_thread threads[SCHED_THREADS];
};

/* A group and what goes for it. */
struct sched_record {
	const struct sched_group *group;
	uint32_t n_threads;
	const struct cores *before, *ours; /* of `ours` none: jinx leaves them where they are */
	bool priorities;		   /* are drawn */
};

/* What a thread has now. False: it is gone, or its policy is one that jinx does not touch. */
bool sched_look(pid_t tid, struct sched_thread *ret);
/* The same of its priority alone: the rest stays as it is in *ret. */
bool sched_look_at_priority(pid_t tid, struct sched_thread *ret);
/* The cores that it may run on. 0 or -errno. */
int sched_cores(pid_t tid, struct cores *ret);
int sched_set_cores(pid_t tid, const struct cores *cores);
/*
 * Every core there may be. Since Linux 6.2 the kernel remembers what a thread was set to, and gives
 * it no other one when its cpuset grows: a thread that runs on whatever its cpuset has is set to
 * these, which the kernel narrows to the cpuset at any time (kernel/sched/syscalls.c:
 * __sched_setaffinity; kernel/sched/core.c: __set_cpus_allowed_ptr).
 */
extern const struct cores sched_any_core;
/* `now`, which the thread may run on, is what it is with `own`, which may be any. */
bool sched_is_at(pid_t tid, const struct cores *own, const struct cores *now);

/*
 * The priorities that one is drawn of, beginning with the thread's own. None is above that: what
 * else runs on the host is not to notice. Gives `was` as level `n` of SCHED_LEVELS.
 */
#define SCHED_LEVELS 4
struct sched_thread sched_level(struct sched_thread was, unsigned int n);
/* `now` is one of these: the thread has not chosen another since. */
bool sched_is_level(const struct sched_thread *was, const struct sched_thread *now);
/* What it would have if jinx had given it none: each of both that it has chosen itself, or `was`'s.
 */
struct sched_thread sched_without(const struct sched_thread *was, struct sched_thread now);
/* 0 or -errno. */
int sched_set_priority(pid_t tid, const struct sched_thread *to);

/*
 * Which one a thread without an entry has what it has from: one of its own process, or of the
 * nearest process above it, or if that has ended any that may be. *ret_record: whose it is. NULL:
 * there are none.
 */
const struct sched_thread *sched_origin(const struct sched_record *all, unsigned int n,
	const struct sched_thread *one, unsigned int *ret_record);

/*
 * Puts back what the threads of all[which] had, as far as they still have what jinx gave them; and
 * what those have from them that are in none of all n. 1; 0: none has anything of jinx's; -errno of
 * one that could not be.
 */
int sched_put_back(const struct sched_record *all, unsigned int n, unsigned int which);

/* Calls f for each thread in the cgroup and below it, until it returns not 0, which it returns. */
int sched_each(const char *cgroup, int (*f)(pid_t tid, void *context), void *context);

#endif
