// SPDX-License-Identifier: GPL-2.0
#include "kernel/engine.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/process.h"
#include "kernel/clones.h"
#include "kernel/core_types.h"
#include "kernel/detour.h"
#include "kernel/engine_own.h"
#include "kernel/fill.h"
#include "kernel/fill_where.h"
#include "kernel/gate.h"
#include "kernel/loss.h"
#include "kernel/metering.h"
#include "kernel/paths.h"
#include "kernel/queues.h"
#include "kernel/tc.h"
#include "kernel/tidy.h"
#include "jinx.skel.h"

/* A gate that shows no life for so long while threads sleep is taken for stuck. */
#define GATE_TIMEOUT_NS 2000000000ull

int engine_open(const struct plan *plan, const struct targets *targets,
	const struct engine_options *options, struct engine **ret, struct error *why)
{
	struct engine *e = calloc(1, sizeof(*e));
	int err;

	if (!e)
		return error_errno(why, -ENOMEM, "engine");
	e->plan = plan;
	e->skel = jinx_bpf__open_opts(core_types_options());
	err = e->skel ? engine_set_up(e, targets, options, why)
		      : error_errno(why, -errno, "opening the BPF object");
	core_types_free();
	if (err) {
		engine_free(e);
		return err;
	}
	*ret = e;
	return 0;
}

int engine_look_up(const struct engine *e, const struct targets *t, int resolver)
{
	return paths_look(
		e->plan, t, resolver, e->skel->bss->path_tests, &e->skel->bss->n_path_tests);
}

int engine_resolver(const struct engine *e)
{
	return e->looks_up ? bpf_program__fd(e->skel->progs.resolve_file) : -1;
}

void engine_set_host(struct engine *e, unsigned int index, const struct host_addresses *h)
{
	fill_host(e->skel, index, h);
}

struct breakpoints *engine_breakpoints(const struct engine *e)
{
	return e->links.breakpoints;
}

struct wrappers *engine_wrappers(const struct engine *e)
{
	return e->links.wrappers;
}

bool engine_take_stranger(const struct engine *e, enum stranger what, unsigned int target)
{
	__u32 bit = 1u << e->slot[target];

	return __atomic_fetch_and(&e->skel->bss->strangers[what], ~bit, __ATOMIC_RELAXED) & bit;
}

int engine_move(struct engine *e, const struct targets *t, unsigned int index)
{
	bool gone = t->all[index].gone;
	int err;

	/* Whatever fails, what is gone is not hit any more. */
	if (gone)
		fill_cgroup(e->skel, t, e->slot, index);
	err = attach_missing(e->skel->obj, e->plan, t, &e->links);
	/* Attached before it matches, and detached when nothing matches any more. */
	if (!err && !gone)
		fill_cgroup(e->skel, t, e->slot, index);
	attach_drop_unused(t, &e->links);
	return err;
}

int engine_protect(const struct engine *e)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	return bpf_prog_test_run_opts(bpf_program__fd(e->skel->progs.protect_ancestors), &opts);
}

int engine_protect_keeper(const struct engine *e)
{
	int err = engine_protect(e);

	if (!err)
		e->skel->bss->keeper_tgid = e->skel->bss->protected_pids[0];
	return err;
}

int engine_replay(struct engine *e, const struct recorded *call, int64_t result)
{
	return bpf_map__update_elem(
		e->skel->maps.recording, call, sizeof(*call), &result, sizeof(result), BPF_ANY);
}

void engine_arm(struct engine *e, uint64_t rules)
{
	if (e->gate && rules)
		gate_open(e->gate);
	if (rules)
		e->skel->bss->phase_began_ns = monotonic_ns();
	__atomic_store_n(&e->skel->bss->armed, rules, __ATOMIC_RELEASE);
	if (e->gate && !rules)
		gate_close(e->gate);
	if (e->detours && !rules)
		detours_flush(e->detours);
}

void engine_meter(struct engine *e, unsigned int phase)
{
	__atomic_store_n(
		&e->skel->bss->metered_phase, phase == NO_PHASE ? 0 : phase + 1, __ATOMIC_RELEASE);
}

void engine_calls(const struct engine *e, struct meter_row *ret)
{
	if (e->meters)
		metering_read(e->meters, ret);
}

uint64_t engine_calls_unmeasured(const struct engine *e)
{
	return __atomic_load_n(&e->skel->bss->calls_unmeasured, __ATOMIC_RELAXED);
}

void engine_renew(struct engine *e, uint64_t deadline_ns)
{
	__atomic_store_n(&e->skel->bss->deadline_ns, deadline_ns, __ATOMIC_RELEASE);
	if (e->gate)
		gate_renew(e->gate, deadline_ns);
	if (e->detours)
		detours_renew(e->detours, deadline_ns);
}

uint64_t engine_deadline(const struct engine *e)
{
	return __atomic_load_n(&e->skel->bss->deadline_ns, __ATOMIC_ACQUIRE);
}

bool engine_may_inject(const struct engine *e)
{
	uint64_t most = e->skel->bss->max_injections;

	return !most || __atomic_fetch_add(&e->skel->bss->injections, 1, __ATOMIC_SEQ_CST) < most;
}

void engine_hold(const struct engine *e, unsigned int target, uint64_t until_ns)
{
	__u64 *until = e->skel->bss->held_until_ns, last = 0;

	__atomic_store_n(&until[e->slot[target]], until_ns, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < MAX_TARGETS; i++)
		if (until[i] > last)
			last = until[i];
	__atomic_store_n(&e->skel->bss->held_last_ns, last, __ATOMIC_SEQ_CST);
}

int engine_throttle(const struct engine *e, unsigned int target, uint32_t share_ppm)
{
	struct throttle *t = &e->skel->bss->throttles[e->slot[target]];

	if (share_ppm && t->share_ppm)
		return -EALREADY;
	t->due_ns = monotonic_ns();
	__atomic_store_n(&t->share_ppm, share_ppm, __ATOMIC_SEQ_CST);
	return 0;
}

/* What is read of it while it acts is there before it says of which clocks it is. */
void engine_skew(const struct engine *e, unsigned int target, const struct skew *skew)
{
	struct skew *to = &e->skel->bss->skews[e->slot[target]];
	__u32 *acting = &e->skel->bss->skewing, bit = 1u << e->slot[target];

	if (!skew) {
		__atomic_fetch_and(acting, ~bit, __ATOMIC_SEQ_CST);
		return;
	}
	if (!(__atomic_load_n(acting, __ATOMIC_SEQ_CST) & bit))
		*to = (struct skew){};
	memcpy(to, skew, offsetof(struct skew, clocks));
	__atomic_store_n(&to->clocks, skew->clocks, __ATOMIC_SEQ_CST);
	__atomic_fetch_or(acting, bit, __ATOMIC_SEQ_CST);
}

void engine_spare(const struct engine *e, unsigned int target, pid_t pid, bool is)
{
	struct skew *s = &e->skel->bss->skews[e->slot[target]];
	const __u32 nobody = -1, old = is ? 0 : pid, new = is ? (__u32)pid : nobody;

	for (unsigned int i = 0; i < MAX_SPARED; i++)
		if (s->spared[i] == old || (is && s->spared[i] == nobody)) {
			s->spared[i] = new;
			return;
		}
}

void engine_skewed(const struct engine *e, unsigned int target, struct skew *ret)
{
	*ret = e->skel->bss->skews[e->slot[target]];
}

int engine_gate_fd(const struct engine *e)
{
	return e->gate ? gate_pidfd(e->gate) : -1;
}

bool engine_gate_stuck(struct engine *e, uint64_t now_ns)
{
	return e->gate && gate_check(e->gate, now_ns, GATE_TIMEOUT_NS);
}

int engine_shaper_fd(const struct engine *e)
{
	return e->detours ? detours_pidfd(e->detours) : -1;
}

bool engine_shaper_stuck(struct engine *e, uint64_t now_ns)
{
	return e->detours && detours_stuck(e->detours, now_ns, GATE_TIMEOUT_NS);
}

void engine_shaped(const struct engine *e, unsigned int rule, struct shaped *ret)
{
	if (e->detours)
		detours_count(e->detours, rule, ret);
}

void engine_devices_missing(const struct engine *e, char *ret, size_t size)
{
	if (e->losses)
		losses_missing(e->losses, ret, size);
	if (e->detours)
		detours_missing(e->detours, ret, size);
}

void engine_queues_changed(const struct engine *e, char *ret, size_t size)
{
	if (e->queues)
		queues_changed(e->queues, ret, size);
}

unsigned int engine_let_networks_go(const struct engine *e)
{
	unsigned int n = e->queues ? queues_let_go(e->queues) : 0;

	return e->detours || !tc_has_links() ? n : 0;
}

int engine_sleeps(const struct engine *e, unsigned int rule, struct sleeps *ret)
{
	struct sleeps now;
	__u32 key = rule;
	int err =
		bpf_map__lookup_elem(e->skel->maps.sleeps, &key, sizeof(key), &now, sizeof(now), 0);

	if (!err)
		*ret = now;
	return err;
}

int engine_events_fd(const struct engine *e)
{
	return bpf_map__fd(e->skel->maps.events);
}

struct telling {
	const struct engine *engine;
	event_function tell;
	void *context;
};

/* Outside of the kernel side points have their own names, and not the plan's numbers. */
static bool tell(const struct event *e, void *context)
{
	const struct telling *t = context;
	const struct plan *plan = t->engine->plan;
	struct event named = *e;

	named.point = e->point < plan->n_points ? plan->points[e->point] : NO_POINT;
	return t->tell(&named, t->context);
}

bool engine_drain(struct engine *e, event_function f, void *context, uint64_t until_ns)
{
	struct telling telling = {e, f, context};

	if (!e->ring)
		return false;
	if (e->skel)
		__atomic_store_n(&e->skel->bss->events_told, 0, __ATOMIC_SEQ_CST);
	return ring_drain(e->ring, tell, &telling, until_ns);
}

int engine_counters(const struct engine *e, unsigned int binding, struct counters *ret)
{
	int cpus = libbpf_num_possible_cpus(), err;
	_cleanup_free_ struct counters *rows = NULL;
	struct counters sum = {};
	__u32 key = binding;

	if (cpus < 0)
		return cpus;
	rows = calloc(cpus, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	err = bpf_map__lookup_elem(
		e->skel->maps.counters, &key, sizeof(key), rows, cpus * sizeof(*rows), 0);
	if (err)
		return err;
	for (int c = 0; c < cpus; c++) {
		sum.eligible += rows[c].eligible;
		sum.matched += rows[c].matched;
		for (int r = 0; r < NR_REASONS; r++)
			sum.by_reason[r] += rows[c].by_reason[r];
	}
	if (e->left)
		sum.by_reason[REASON_RECURSION] += e->left[binding];
	*ret = sum;
	return 0;
}

bool engine_noticed(const struct engine *e, enum notice what, unsigned int target)
{
	return __atomic_load_n(&e->skel->bss->noticed[what], __ATOMIC_RELAXED) >> e->slot[target] &
	       1;
}

uint64_t engine_events_lost(const struct engine *e)
{
	return __atomic_load_n(&e->skel->bss->events_lost, __ATOMIC_RELAXED);
}

int engine_missed(const struct engine *e, uint64_t *ret)
{
	struct bpf_program *p;
	uint64_t missed = e->missed + attach_missed(&e->links);

	bpf_object__for_each_program(p, e->skel->obj)
	{
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);

		if (bpf_program__fd(p) < 0)
			continue;
		if (bpf_obj_get_info_by_fd(bpf_program__fd(p), &info, &size))
			return -errno;
		missed += info.recursion_misses;
	}
	*ret = missed;
	return 0;
}

/* Sleepers delay the grace periods that detaching waits for. */
static void empty_gate(struct engine *e)
{
	uint64_t until = monotonic_ns() + GATE_TIMEOUT_NS;
	struct timespec pause = {.tv_nsec = 1000000};

	while (gate_sleepers(e->gate) && monotonic_ns() < until)
		nanosleep(&pause, NULL);
}

static void count_left(uint64_t rules, unsigned int number, void *engine)
{
	struct engine *e = engine;

	for (unsigned int i = 0; i < e->plan->n_bindings; i++)
		if (rules >> e->plan->bindings[i].rule & 1 && e->plan->bindings[i].number == number)
			e->left[i]++;
}

void engine_detach(struct engine *e)
{
	uint64_t began = monotonic_ns();
	unsigned int n = e->links.n + e->links.n_cgroup;

	engine_arm(e, 0);
	if (e->gate)
		empty_gate(e);
	e->missed += attach_missed(&e->links);
	attach_undo(&e->links);
	if (e->detours)
		detours_end(e->detours);
	if (e->losses)
		losses_end(e->losses);
	log_debug("undone: %u links are detached (%.1f ms)", n, (monotonic_ns() - began) / 1e6);
	if (!e->links.clones || e->left)
		return;
	e->left = calloc(e->plan->n_bindings, sizeof(*e->left));
	if (e->left)
		gate_left(e->gate, count_left, e);
}

void engine_close(struct engine *e)
{
	if (!e)
		return;
	attach_undo(&e->links);
	detours_free(e->detours);
	losses_free(e->losses);
	queues_free(e->queues);
	clones_free(e->links.clones);
	metering_close(e->meters);
	jinx_bpf__destroy(e->skel);
	gate_stop(e->gate);
	e->links.clones = NULL;
	tidy_end();
	e->detours = NULL;
	e->losses = NULL;
	e->queues = NULL;
	e->meters = NULL;
	e->skel = NULL;
	e->gate = NULL;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	engine_close(e);
	ring_close(e->ring);
	free(e->left);
	free(e);
}
