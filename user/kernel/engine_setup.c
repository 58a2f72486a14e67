// SPDX-License-Identifier: GPL-2.0
/* How a plan gets into the kernel: what is loaded of the object, with which constants, and in which
 * order. */
#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "faults/kind.h"
#include "kernel/arch.h"
#include "kernel/clones.h"
#include "kernel/detour.h"
#include "kernel/engine_own.h"
#include "kernel/fill.h"
#include "kernel/fill_where.h"
#include "kernel/gate.h"
#include "kernel/kfuncs.h"
#include "kernel/loss.h"
#include "kernel/mechanisms/mechanism.h"
#include "kernel/metering.h"
#include "kernel/queues.h"
#include "kernel/tidy.h"
#include "jinx.skel.h"

/* Threads times rules that count each thread for itself. */
#define MAX_TASK_STATES 131072

static bool names_programs(const struct targets *t)
{
	for (unsigned int i = 0; i < t->n; i++)
		if (t->all[i].spec->only.n_exe || t->all[i].spec->except.n_exe)
			return true;
	return false;
}

/* By programs at user functions, which reach the gate by `holders`. */
static bool sleeps_at_functions(const struct plan *p)
{
	return plan_targets_by(p, MECHANISM_UPROBE_SLEEP) ||
	       plan_targets_by(p, MECHANISM_FUNCTION_RETURN_SLEEP);
}

/* The gate that the probes have started, with its maps; none if nobody will sleep. */
static int set_up_gate(struct engine *e, struct error *why)
{
	static const char *const maps[] = {"gate", "slots", "works", "holders"};
	unsigned int n = ARRAY_SIZE(maps) - !sleeps_at_functions(e->plan);
	int err;

	if (!plan_uses(e->plan, SLEEPS | IN_GATE))
		return 0;
	err = gate_start(NULL, &e->gate, why);
	for (unsigned int i = 0; i < n && !err; i++)
		err = bpf_map__reuse_fd(bpf_object__find_map_by_name(e->skel->obj, maps[i]),
			gate_map_fd(e->gate, maps[i]));
	return err;
}

/* Of all delays; 0 where a distribution or a recording may come to anything. */
static uint64_t shortest_delay(const struct plan *plan, bool replay)
{
	uint64_t shortest = replay ? 0 : MAX_DELAY_NS;

	for (unsigned int i = 0; i < plan->n_rules; i++) {
		const struct spread *d = &plan->rules[i].fault->delay;
		uint64_t least = d->mean_ns > d->jitter_ns ? d->mean_ns - d->jitter_ns : 0;

		if (!makes_sleep(plan->rules[i].fault))
			continue;
		if (d->jitter_ns && d->distribution != SPREAD_UNIFORM)
			least = 0;
		if (least < shortest)
			shortest = least;
	}
	return shortest;
}

/* What tells that a target does what no rule sees, as far as this kernel has it. */
static void select_notices(struct jinx_bpf *skel, const struct caps *caps)
{
	bool trampolines = false;

	for (int m = 0; m < NR_MECHANISMS; m++)
		trampolines |= mechanisms[m].flags & ON_TRAMPOLINE && caps->mechanisms[m].usable;
	bpf_program__set_autoload(skel->progs.on_exec, true);
	bpf_program__set_autoload(skel->progs.on_ring, caps->ring_tracepoint);
	if (trampolines &&
		!bpf_program__set_attach_target(skel->progs.on_aio, 0, SYSCALL_PREFIX "io_setup"))
		bpf_program__set_autoload(skel->progs.on_aio, true);
}

static void prepare_mechanisms(struct engine *e)
{
	for (unsigned int i = 0; i < plan_n_places(e->plan); i++) {
		const struct mechanism_kind *kind =
			mechanism_kinds[plan_place(e->plan, i)->mechanism];

		if (kind->prepare)
			kind->prepare(e->skel, e->plan, i);
	}
}

static void select_programs(struct engine *e, const struct targets *t)
{
	struct jinx_bpf *skel = e->skel;

	bpf_program__set_autoload(skel->progs.protect_ancestors, true);
	/* Not every kernel takes it. */
	if (!skel->rodata->partitions)
		bpf_map__set_max_entries(skel->maps.packets_sent, 1);
	bpf_map__set_autocreate(skel->maps.holders, sleeps_at_functions(e->plan));
	select_notices(skel, e->plan->caps);
	if (skel->rodata->aim == AIM_MIXED) {
		bpf_program__set_autoload(skel->progs.on_fork, true);
		bpf_program__set_autoload(skel->progs.on_exit, true);
	}
	bpf_map__set_max_entries(skel->maps.counters, e->plan->n_bindings ?: 1);
	bpf_map__set_max_entries(skel->maps.call_states, e->plan->n_bindings ?: 1);
	for (unsigned int i = 0; i < e->plan->n_rules; i++)
		if (e->plan->rules[i].fault->trigger.per == PER_TASK ||
			e->plan->rules[i].fault->preempt_ns)
			bpf_map__set_max_entries(skel->maps.task_states, MAX_TASK_STATES);
	if (names_programs(t))
		bpf_program__set_autoload(skel->progs.resolve_file, true);
	fill_where_constants(skel, e->plan);
	e->looks_up = skel->rodata->rules_with_path;
	prepare_mechanisms(e);
	bpf_map__set_max_entries(
		skel->maps.events, skel->rodata->events_size ?: skel->rodata->page_size);
}

/* Where what is at devices outlives jinx, somebody puts it away who does too. */
static int start_tidy(const struct engine *e, struct error *why)
{
	const struct netns_set *const sets[] = {
		losses_networks(e->losses), detours_networks(e->detours)};
	int err;

	if (tc_has_links() || (!e->losses && !e->detours))
		return 0;
	err = tidy_start(sets, ARRAY_SIZE(sets));
	return err ? error_errno(why, err, "starting who puts filters away") : 0;
}

/* In namespaces that losses_begin() may let go. */
static int watch_queues(struct engine *e, struct error *why)
{
	const struct netns_set *const sets[] = {
		losses_networks(e->losses), detours_networks(e->detours)};
	int err = e->losses || e->detours ? queues_watch(sets, ARRAY_SIZE(sets), &e->queues) : 0;

	return err ? error_errno(why, err, "listening for queueing disciplines") : 0;
}

static unsigned int count_loaded(struct bpf_object *obj)
{
	struct bpf_program *p;
	unsigned int n = 0;

	bpf_object__for_each_program(p, obj) n += bpf_program__fd(p) >= 0;
	return n;
}

int engine_set_up(struct engine *e, const struct targets *t, const struct engine_options *options,
	struct error *why)
{
	uint64_t began;
	int err;

	kfuncs_adapt(e->skel->obj);
	fill_slots(t, e->slot);
	fill_constants(e->skel, e->plan, t);
	metering_constants(e->skel, e->plan, t);
	e->skel->rodata->events_size = options->events_size;
	e->skel->rodata->page_size = sysconf(_SC_PAGESIZE);
	e->skel->rodata->observe = options->observe;
	e->skel->rodata->numbering = options->record || options->replay;
	e->skel->rodata->replaying = options->replay != 0;
	bpf_map__set_max_entries(e->skel->maps.recording, options->replay ?: 1);
	if (e->skel->rodata->numbering)
		bpf_map__set_max_entries(e->skel->maps.task_states, MAX_TASK_STATES);
	select_programs(e, t);
	err = set_up_gate(e, why);
	if (err)
		return error_errno(why, err, "the gate");
	if (plan_uses(e->plan, SHAPES_PACKETS))
		err = detours_open(e->plan, t, e->skel, &e->detours, why);
	err = err ?: losses_open(e->plan, t, e->skel, &e->losses, why);
	err = err ?: attach_prepare(e->skel->obj, e->plan, why);
	if (err)
		return err;
	began = monotonic_ns();
	err = jinx_bpf__load(e->skel);
	if (err)
		return error_errno(
			why, err, "loading the BPF programs (--debug=libbpf shows the log)");
	log_debug("loaded: %u programs in %.1f ms", count_loaded(e->skel->obj),
		(monotonic_ns() - began) / 1e6);
	err = fill_variables(e->skel, e->plan, t, e->slot, options->seed);
	if (!err && e->plan->n_meters)
		err = metering_open(e->skel, e->plan, &e->meters);
	if (!err && e->looks_up && engine_look_up(e, t, engine_resolver(e)) < 0)
		err = -ENOMEM;
	if (err)
		return error_errno(why, err, "filling the BPF maps");
	if (e->gate) {
		gate_expect(e->gate, shortest_delay(e->plan, options->replay));
		e->skel->bss->spin_below_ns = gate_spin_below(e->gate);
		e->skel->bss->spin_at_once_ns = 2 * gate_resume_cost(e->gate);
	}
	if (options->events_size)
		err = ring_open(engine_events_fd(e), options->events_size, &e->ring);
	if (err)
		return error_errno(why, err, "mapping the ring buffer");
	if (e->skel->rodata->clones)
		err = clones_load(e->skel, &e->links.clones, why);
	if (err)
		return err;
	err = start_tidy(e, why);
	if (!err && e->detours)
		err = detours_begin(e->detours, options->seed, why);
	err = err ?: watch_queues(e, why);
	if (!err && e->losses)
		losses_begin(e->losses);
	e->links.probes = e->skel->bss->probe_arguments;
	err = err ?: attach_all(e->skel->obj, e->plan, t, &e->links, why);
	if (err)
		return err;
	if (e->gate)
		gate_outlive(e->gate);
	err = fill_pids(e->skel, t, e->slot);
	return err ? error_errno(why, err, "naming the processes") : 0;
}
