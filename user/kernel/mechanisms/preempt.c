// SPDX-License-Identifier: GPL-2.0
/* Threads of a cgroup, found anywhere in their own code, and put to sleep there
 * (bpf/preempt.bpf.h). */
#include <stdio.h>

#include <bpf/libbpf.h>

#include "faults/kind.h"
#include "kernel/attach.h"
#include "kernel/mechanisms/places.h"
#include "kernel/probe.h"
#include "jinx.skel.h"

/* So many looks come to one preemption, if that does not make them too many. */
#define LOOKS 8
#define SHORTEST_NS 50000
#define LONGEST_NS 1000000

static int probe(const struct btf *btf, struct caps *caps, struct error *why)
{
	return probe_resume(btf, caps, why) ?: probe_tick(why);
}

static const char *out_of_reach(enum point p, const struct caps *caps)
{
	(void)caps;
	return p == POINT_instruction ? NULL : "not the program's own code";
}

static void programs(enum point p, struct programs *ret)
{
	(void)p;
	programs_add(ret, "", "preempt_at_", "tick");
}

/* One period for all rules: that of those that come most often. */
static uint64_t tick_of(const struct plan *plan)
{
	uint64_t shortest = LONGEST_NS;

	for (unsigned int i = 0; i < plan->n_rules; i++) {
		uint64_t ns = plan->rules[i].fault->preempt_ns / LOOKS;

		if (ns && !plan->rules[i].refused && ns < shortest)
			shortest = ns;
	}
	return shortest > SHORTEST_NS ? shortest : SHORTEST_NS;
}

static void prepare(struct jinx_bpf *skel, const struct plan *plan, unsigned int binding)
{
	(void)binding;
	bpf_map__set_max_entries(skel->maps.sleeps, plan->n_rules);
	skel->rodata->preempt_tick_ns = tick_of(plan);
}

static int attach(const struct attaching *a, unsigned int binding, struct bpf_program *program)
{
	const struct tick tick = {.period_ns = tick_of(a->plan), .in_user_space = true};

	return attach_ticks(a, binding, program, tick);
}

static void describe(enum point p, char *ret, size_t size)
{
	(void)p;
	snprintf(ret, size, "its threads sleep wherever they are in their own code");
}

const struct mechanism_kind mechanism_PREEMPT = {
	.probe = probe,
	.out_of_reach = out_of_reach,
	.blind = whole_blind,
	.programs = programs,
	.prepare = prepare,
	.attach = attach,
	.describe = describe,
};
