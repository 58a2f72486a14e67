// SPDX-License-Identifier: GPL-2.0
/*
 * jitter: calls at which threads meet take a little longer, each by a time of its own, so that
 * threads come by in orders in which they otherwise don't. It is a delay that is drawn anew for
 * each call; of its own are the calls, and that each thread draws for itself.
 */
#include <stdio.h>

#include "base/cleanup.h"
#include "faults/kind.h"
#include "scenario/complain.h"
#include "scenario/names.h"

/* Where threads wait for each other, give way, or hand something over. */
static const uint16_t meetings[] = {
	POINT_futex,
	POINT_futex_waitv,
	POINT_sched_yield,
	POINT_mmap,
	POINT_munmap,
	POINT_read,
	POINT_write,
	POINT_pread64,
	POINT_pwrite64,
	POINT_readv,
	POINT_writev,
	POINT_sendto,
	POINT_recvfrom,
	POINT_sendmsg,
	POINT_recvmsg,
	POINT_flock,
	POINT_fcntl,
	POINT_poll,
	POINT_ppoll,
	POINT_select,
	POINT_pselect6,
	POINT_epoll_wait,
	POINT_epoll_pwait,
	POINT_epoll_pwait2,
	POINT_semop,
	POINT_semtimedop,
	POINT_msgsnd,
	POINT_msgrcv,
	POINT_clone,
	POINT_clone3,
	POINT_wait4,
	POINT_waitid,
	POINT_kill,
	POINT_tkill,
	POINT_tgkill,
	POINT_nanosleep,
	POINT_clock_nanosleep,
};

/* As a group would be: what this kernel or architecture can't is left out. */
static void add_meetings(struct fault_spec *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(meetings); i++) {
		if (points[meetings[i]].syscall_nr < 0)
			continue;
		f->from_group[f->n_points] = true;
		f->points[f->n_points++] = meetings[i];
	}
}

/* What each thread draws does not hang on which one comes first: a seed means the same again. */
static void set_points(struct fault_spec *f)
{
	if (!f->n_points)
		add_meetings(f);
	if (!f->trigger.has_per)
		f->trigger.per = PER_TASK;
}

/* Uniformly from nothing to so much. */
static int take_jitter(struct value v, void *fault, struct error *why)
{
	struct spread *delay = &((struct fault_spec *)fault)->delay;
	uint64_t most_ns = 0;
	int err = parse_duration(v.text, &most_ns, why);

	*delay = (struct spread){most_ns - most_ns / 2, most_ns / 2, SPREAD_UNIFORM};
	return err;
}

static void describe(const struct fault_spec *f, char *ret, size_t size)
{
	char most[24];

	describe_ns(f->delay.mean_ns + f->delay.jitter_ns, most, sizeof(most));
	snprintf(ret, size, "up to %s", most);
}

static const struct key keys[] = {
	{"jitter", VALUE_TIME, .one_of = true, .option = "up-to", .take = take_jitter,
		.about = "how much longer a call takes at the most; each draws its own",
		.example = "50us", .missing = "--up-to is missing: how long at the most?"},
};

const struct fault_kind fault_jitter = {
	.flags = STRIKES_CALLS | TAKES_ON | STRIKES_SINGLY | TAKES_LIMIT | MAKES_SLEEP | HAS_CALLS,
	.set_points = set_points,
	.check_limits = check_delay,
	.purpose = "shake the order in which threads meet, to find races",
	.examples = {"--up-to 50us -- curl -s http://127.0.0.1:8080/health",
		"--up-to 2ms --chance 20% --for 1m --unit redis-server",
		"--up-to 1ms --on flock,fcntl --seed 7 --for 30s --unit nginx"},
	.keys = keys,
	.n_keys = ARRAY_SIZE(keys),
	.ladder = slow_ladder,
	.unfit = spins_too_long,
	.describe = describe,
	.fill = fill_delay,
};
