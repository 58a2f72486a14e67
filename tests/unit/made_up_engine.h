/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In the places of kernel/engine.c and base/privileges.c: an engine that injects nothing and counts
 * all the same, and a process that can't lose its privileges. Linked by the Makefile (REPLACED).
 */
#ifndef JINX_MADE_UP_ENGINE_H
#define JINX_MADE_UP_ENGINE_H

#include "base/privileges.h"
#include "kernel/engine.h"

/* What a call that can go wrong returns, and what was called. */
static struct {
	int open, counters; /* -errno */
	unsigned int opened, closed, freed, armed, detached, drops, metered;
	uint64_t seed, deadline_ns;
} made_up;

struct engine {
	const struct plan *plan;
	uint64_t rules; /* armed */
	unsigned int drained, events;
	bool detached;
};

privileges privileges_held(void)
{
	return ~0ull;
}

char *privileges_text(privileges set, char *ret, size_t size)
{
	(void)set;
	snprintf(ret, size, "made up");
	return ret;
}

int privileges_use(privileges set)
{
	(void)set;
	return 0;
}

privileges privileges_for_events(void)
{
	return PRIVILEGE(PERFMON);
}

int privileges_drop(privileges keep)
{
	(void)keep;
	made_up.drops++;
	return 0;
}

int engine_open(const struct plan *plan, const struct targets *targets,
	const struct engine_options *options, struct engine **ret, struct error *why)
{
	(void)targets;
	if (made_up.open)
		return error_errno(why, made_up.open, "made up");
	*ret = calloc(1, sizeof(**ret));
	(*ret)->plan = plan;
	(*ret)->events = options->events_size ? 3 : 0;
	made_up.opened++;
	made_up.seed = options->seed;
	return 0;
}

int engine_look_up(const struct engine *e, const struct targets *t, int resolver)
{
	(void)e, (void)t, (void)resolver;
	return 0;
}

int engine_resolver(const struct engine *e)
{
	(void)e;
	return -1;
}

void engine_set_host(struct engine *e, unsigned int index, const struct host_addresses *h)
{
	(void)e, (void)index, (void)h;
}

struct wrappers *engine_wrappers(const struct engine *e)
{
	(void)e;
	return NULL;
}

struct breakpoints *engine_breakpoints(const struct engine *e)
{
	(void)e;
	return NULL;
}

bool engine_take_stranger(const struct engine *e, enum stranger what, unsigned int target)
{
	(void)e;
	(void)what;
	(void)target;
	return false;
}

int engine_move(struct engine *e, const struct targets *t, unsigned int index)
{
	(void)e, (void)t, (void)index;
	return 0;
}

int engine_protect(const struct engine *e)
{
	(void)e;
	return 0;
}

int engine_protect_keeper(const struct engine *e)
{
	(void)e;
	return 0;
}

int engine_replay(struct engine *e, const struct recorded *call, int64_t result)
{
	(void)e, (void)call, (void)result;
	return 0;
}

void engine_meter(struct engine *e, unsigned int phase)
{
	(void)e;
	made_up.metered = phase;
}

/* Each row has as many calls as is its number. */
void engine_calls(const struct engine *e, struct meter_row *ret)
{
	for (unsigned int i = 0; i < e->plan->n_meter_rows; i++)
		ret[i].begun = ret[i].buckets[0] = i;
}

uint64_t engine_calls_unmeasured(const struct engine *e)
{
	(void)e;
	return 0;
}

void engine_arm(struct engine *e, uint64_t rules)
{
	e->rules |= rules; /* what was armed once has counted */
	made_up.armed += rules != 0;
}

void engine_renew(struct engine *e, uint64_t deadline_ns)
{
	(void)e;
	made_up.deadline_ns = deadline_ns;
}

uint64_t engine_deadline(const struct engine *e)
{
	(void)e;
	return UINT64_MAX;
}

int engine_throttle(const struct engine *e, unsigned int target, uint32_t share_ppm)
{
	(void)e, (void)target, (void)share_ppm;
	return 0;
}

void engine_skew(const struct engine *e, unsigned int target, const struct skew *skew)
{
	(void)e, (void)target, (void)skew;
}

void engine_spare(const struct engine *e, unsigned int target, pid_t pid, bool is)
{
	(void)e, (void)target, (void)pid, (void)is;
}

void engine_skewed(const struct engine *e, unsigned int target, struct skew *ret)
{
	(void)e, (void)target;
	*ret = (struct skew){};
}

void engine_hold(const struct engine *e, unsigned int target, uint64_t until_ns)
{
	(void)e;
	(void)target;
	(void)until_ns;
}

bool engine_may_inject(const struct engine *e)
{
	(void)e;
	return true;
}

int engine_events_fd(const struct engine *e)
{
	(void)e;
	return -1;
}

/* Three, of the first rule that was armed, one at a time. */
bool engine_drain(struct engine *e, event_function f, void *context, uint64_t until_ns)
{
	const struct event one = {.time_ns = 1000 + e->drained,
		.cgroup = 1,
		.result = -5,
		.pid = 2,
		.tid = 3,
		.point = e->plan->bindings[0].point,
		.mechanism = e->plan->bindings[0].mechanism,
		.comm = "made up",
		.task = 1,
		.call = 1 + e->drained};

	(void)until_ns;
	if (e->rules && e->drained < e->events && f(&one, context))
		e->drained++;
	return e->rules && e->drained < e->events;
}

int engine_gate_fd(const struct engine *e)
{
	(void)e;
	return -1;
}

bool engine_gate_stuck(struct engine *e, uint64_t now_ns)
{
	(void)e, (void)now_ns;
	return false;
}

int engine_shaper_fd(const struct engine *e)
{
	(void)e;
	return -1;
}

bool engine_shaper_stuck(struct engine *e, uint64_t now_ns)
{
	(void)e;
	(void)now_ns;
	return false;
}

void engine_shaped(const struct engine *e, unsigned int rule, struct shaped *ret)
{
	(void)e;
	(void)rule;
	(void)ret;
}

void engine_devices_missing(const struct engine *e, char *ret, size_t size)
{
	(void)e;
	(void)ret;
	(void)size;
}

void engine_queues_changed(const struct engine *e, char *ret, size_t size)
{
	(void)e;
	(void)ret;
	(void)size;
}

unsigned int engine_let_networks_go(const struct engine *e)
{
	(void)e;
	return 0;
}

int engine_sleeps(const struct engine *e, unsigned int rule, struct sleeps *ret)
{
	(void)e, (void)rule;
	*ret = (struct sleeps){
		.slept = 2, .cut_short = 1, .late_sum_ns = 3000, .late_max_ns = 2000};
	return 0;
}

int engine_counters(const struct engine *e, unsigned int binding, struct counters *ret)
{
	if (made_up.counters && e->rules)
		return made_up.counters;
	if (e->rules >> e->plan->bindings[binding].rule & 1)
		*ret = (struct counters){.eligible = 10,
			.matched = 7,
			.by_reason = {[REASON_INJECTED] = 3, [REASON_CHANCE] = 4}};
	return 0;
}

bool engine_noticed(const struct engine *e, enum notice what, unsigned int target)
{
	(void)target;
	return what == NOTICE_AIO && e->rules;
}

uint64_t engine_events_lost(const struct engine *e)
{
	(void)e;
	return 0;
}

int engine_missed(const struct engine *e, uint64_t *ret)
{
	(void)e;
	*ret = 5;
	return 0;
}

void engine_detach(struct engine *e)
{
	e->detached = true;
	made_up.detached++;
}

void engine_close(struct engine *e)
{
	made_up.closed += e != NULL;
}

void engine_free(struct engine *e)
{
	made_up.freed += e != NULL;
	free(e);
}

#endif
