/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process of jinx that keeps privileges when jinx itself drops them, and can be asked for two
 * things only: to start the workload's command once more, which must run with what jinx had, and to
 * look whether a target has an io_uring, which takes the right to look into others' processes.
 */
#ifndef JINX_HELPER_H
#define JINX_HELPER_H

#include <stdbool.h>

#include "kernel/engine.h"
#include "target/target.h"

struct helper;

/*
 * Forks it, before privileges are dropped. It is protected from the rules, as jinx is, and ends
 * with jinx, having removed the experiment's cgroup and what runs in it. The engine, scenario and
 * targets must stay while it lives. NULL: errno.
 */
struct helper *helper_start(const struct scenario *s, const struct targets *targets,
	const struct engine *engine, int oom_score);
void helper_stop(struct helper *h);

/* The name of a cgroup for a worker's operations, below the workload's, by its number. */
#define WORKER_CGROUP "%u"

/* Starts an operation of the workload, as a child of jinx, in the cgroup of that
 * number, which is made if need be. 0 or -errno. */
int helper_spawn(struct helper *h, unsigned int cgroup, pid_t *ret_pid, int *ret_pidfd);

/* Whether a process of the target has an io_uring; false when it can't be told. */
bool helper_has_uring(struct helper *h, const struct targets *targets, unsigned int target);

/* It doesn't answer any more: nothing can be started. */
bool helper_is_gone(const struct helper *h);

#endif
