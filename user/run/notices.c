// SPDX-License-Identifier: GPL-2.0
#include "run/notices.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "run/parts.h"
#include "target/cgroup.h"
#include "undo/vdso.h"

#define DESERTED_TICKS 20 /* of 100 ms */

static void tell(struct experiment *x, enum notice what, unsigned int target)
{
	static const char *const texts[] = {
		[NOTICE_URING] =
			"has an io_uring: its io_uring operations bypass system-call rules, only "
			"network and some permission checks see them",
		[NOTICE_AIO] = "has an AIO context: what it reads and writes by io_submit is no "
			       "read and no write",
		[NOTICE_32_BIT] = "runs a 32-bit program: its calls are left alone, but for "
				  "connect, bind and packets",
		[NOTICE_TOLD] =
			"has sent by a device at which jinx is not, or to a group of hosts: of "
			"drops there the sender was told, as of a full queue of this host",
	};

	if (x->notices.told[what] & 1u << target)
		return;
	x->notices.told[what] |= 1u << target;
	measure_note(x->measure, "%s %s", target_called(x->targets.all[target].spec), texts[what]);
}

static void tell_queues(struct experiment *x)
{
	char devices[200] = "";

	engine_queues_changed(x->engine, devices, sizeof(devices));
	if (*devices)
		measure_note(x->measure,
			"somebody has changed the queueing discipline of %s: it is left as it is, "
			"and what it does to packets comes on top of the faults",
			devices);
}

static bool has_process(const struct experiment *x)
{
	for (unsigned int i = 0; i < x->targets.n; i++)
		if (!x->targets.all[i].gone &&
			(x->targets.all[i].cgroup_fd < 0 ||
				cgroup_is_inhabited(x->targets.all[i].cgroup_fd)))
			return true;
	return false;
}

/* One that is restarted is without a process for a moment. */
static void tell_networks(struct experiment *x)
{
	unsigned int n;

	x->notices.deserted = has_process(x) ? 0 : x->notices.deserted + 1;
	if (x->notices.deserted != DESERTED_TICKS)
		return;
	n = engine_let_networks_go(x->engine);
	if (n)
		measure_note(x->measure,
			"no process of the targets is left: %s of theirs stay%s, with their "
			"devices, until the experiment ends",
			plural(n, "network namespace"), n == 1 ? "s" : "");
}

static const char *whose(const struct experiment *x, unsigned int rule)
{
	return target_called(x->targets.all[x->s->faults[rule].target].spec);
}

/* What keeps the true time although its target is skewed. */
static void tell_clocks(struct experiment *x, unsigned int rule)
{
	const struct taken *t = &x->measure->taken[rule];
	uint64_t *told = &x->notices.left_alone[rule];
	char name[80];

	for (; *told < t->n_left && *told < MAX_LEFT_ALONE; ++*told) {
		const struct left_alone *one = &t->left[*told];

		printable(one->name, "", name, sizeof(name));
		measure_note(x->measure, "%s: %s (pid %d) keeps the true time: %s", whose(x, rule),
			name, one->pid, unreached_texts[one->why % NR_UNREACHED]);
	}
}

static void tell_counted_clocks(struct experiment *x, unsigned int rule)
{
	const struct taken *t = &x->measure->taken[rule];
	const struct {
		uint64_t n;
		const char *what;
	} all[] = {{t->n_left > MAX_LEFT_ALONE ? t->n_left - MAX_LEFT_ALONE : 0,
			   "more processes kept the true time"},
		{t->seccomp, "programs that were started kept the true time: they have filters of "
			     "system calls (seccomp)"},
		{t->unfound, "programs that were started kept the true time: they have no "
			     "auxiliary vector that can be changed"},
		{t->refused, "times the memory for the answer could not be written: the program "
			     "was told the true time"},
		{t->times, "times a program made the call time(), which tells the true time"}};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (all[i].n)
			measure_note(x->measure, "%s: %llu %s", whose(x, rule),
				(unsigned long long)all[i].n, all[i].what);
}

static void each_clock(struct experiment *x, void (*f)(struct experiment *x, unsigned int rule))
{
	for (unsigned int i = 0; i < x->s->n_faults; i++)
		if (x->s->faults[i].fault == FAULT_SKEW)
			f(x, i);
}

/* What the kernel side saw begin, and what happened to devices. */
static void look(uint64_t now_ns, void *context)
{
	struct experiment *x = context;

	(void)now_ns;
	tell_queues(x);
	tell_networks(x);
	each_clock(x, tell_clocks);
	for (unsigned int i = 0; i < x->targets.n; i++)
		for (int what = 0; what < NR_NOTICES; what++)
			if (engine_noticed(x->engine, what, i))
				tell(x, what, i);
}

/* What the keeper saw that was there before. */
static void on_found(uint32_t events, void *context)
{
	struct experiment *x = context;
	struct finding f;

	(void)events;
	while (keeper_read_note(x->keeper, &f)) {
		for (int what = 0; what < NR_NOTICES; what++)
			if (f.found & 1u << what)
				tell(x, what, f.target);
		if (f.incomplete)
			measure_note(x->measure,
				"%s has too many processes and descriptors to look at "
				"them all for an io_uring",
				target_called(x->targets.all[f.target].spec));
	}
	if (keeper_notes_fd(x->keeper) >= 0)
		return;
	loop_remove(x->notices.found);
	x->notices.found = NULL;
}

int notices_begin(struct experiment *x)
{
	int found = keeper_notes_fd(x->keeper);
	int err = loop_timer(x->loop, x->began_ns + TICK_NS, TICK_NS, look, x, NULL);

	if (!err && found >= 0)
		err = loop_watch(x->loop, found, EPOLLIN, on_found, x, &x->notices.found);
	return err;
}

/* What is there now is left as it is. */
static void tell_devices(struct experiment *x)
{
	char devices[200] = "";

	engine_devices_missing(x->engine, devices, sizeof(devices));
	if (*devices)
		measure_note(x->measure,
			"jinx is no longer at %s: the device is gone, or somebody has removed what "
			"was attached there; nothing was lost or shaped there since",
			devices);
}

void notices_end(struct experiment *x)
{
	tell_devices(x);
	on_found(0, x);
	look(0, x);
}

void notices_count(struct experiment *x)
{
	each_clock(x, tell_clocks);
	each_clock(x, tell_counted_clocks);
}
